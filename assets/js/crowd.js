/* Crowd: thousands of villages at once, stamped on one canvas over the map instead of thousands of nodes. Owns the stamps,
   one for each combination of signs and theme, and which village lies under the pointer. */
(function (IOC) {
  "use strict";
  var HALF = 22, NEAR = 9, stamps = {};

  function stamp(kinds, size, ink, ground) {
    var key = [kinds.join(), size, ink, ground].join("/");
    if (!stamps[key]) {
      var made = stamps[key] = document.createElement("canvas"), pen = made.getContext("2d"), path = new Path2D(IOC.points.shape(kinds));
      made.width = made.height = Math.ceil(2 * HALF * size);
      pen.scale(size, size);
      pen.translate(HALF, HALF);
      pen.lineJoin = "round";
      pen.lineWidth = 3.6;
      pen.strokeStyle = ground;
      pen.fillStyle = ink;
      pen.stroke(path);
      pen.fill(path, "evenodd");
    }
    return stamps[key];
  }

  /* `dots` are [x, y, kinds, index] in drawing units; null clears the canvas. */
  function show(map, dots) {
    map.crowd = dots;
    if (dots && !map.canvas) {
      map.canvas = IOC.make("canvas", {class: "map-crowd", "aria-hidden": "true"});
      map.svg.after(map.canvas);
    }
    if (map.canvas) { map.canvas.hidden = !dots; }
    if (dots) { draw(map); }
  }

  function draw(map) {
    var wide = map.svg.clientWidth, high = map.svg.clientHeight;
    if (!map.crowd || !wide) { return; }
    var dense = Math.min(window.devicePixelRatio || 1, 2), canvas = map.canvas, pen = canvas.getContext("2d"), look = getComputedStyle(document.documentElement);
    canvas.width = wide * dense;
    canvas.height = high * dense;
    canvas.style.width = wide + "px";
    canvas.style.height = high + "px";
    canvas.style.left = map.svg.offsetLeft + "px";
    canvas.style.top = map.svg.offsetTop + "px";
    var ink = look.getPropertyValue("--ink").trim(), ground = look.getPropertyValue("--casing").trim(), size = dense * .85 * parseFloat(look.fontSize) / 16;
    var from = map.place(0, 0), part = from.scale, half = HALF * size;
    map.crowd.forEach(function (dot) {
      var x = from.x + dot[0] * part, y = from.y + dot[1] * part;
      if (x > -20 && y > -20 && x < wide + 20 && y < high + 20) { pen.drawImage(stamp(dot[2], size, ink, ground), x * dense - half, y * dense - half); }
    });
  }

  /* The village nearest to a point of the screen, -1 where none is near. */
  function under(map, px, py) {
    if (!map.crowd) { return -1; }
    var at = map.under(px, py), least = Math.pow(NEAR * map.unit, 2), found = -1;
    map.crowd.forEach(function (dot) {
      var away = Math.pow(dot[0] - at.x, 2) + Math.pow(dot[1] - at.y, 2);
      if (away < least) { least = away; found = dot[3]; }
    });
    return found;
  }

  IOC.on("theme", function () { if (IOC.atlas && IOC.atlas.map) { draw(IOC.atlas.map); } });

  IOC.crowd = {show: show, draw: draw, under: under};
})(window.IOC);
