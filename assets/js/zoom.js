/* Zoom: what part of the drawing is seen. Owns pan, pinch and wheel, the unit of one screen pixel (--u) that labels and
   lines are sized by, the scale bar and "Toàn tỉnh". Knows nothing of values. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, MOST = 14, MOST_OF_COUNTRY = 160;

  function attach(map, moved) {
    var see = {k: 1, x: 0, y: 0}, hands = new Map(), grip = null, settle = 0;
    map.see = see;
    function most() { return map.many ? MOST_OF_COUNTRY : MOST; }

    /* Screen pixels per drawing unit at k = 1, and where the drawing's corner lies. */
    function frame() {
      var box = map.svg.getBoundingClientRect();
      var scale = Math.min(box.width / map.width, box.height / map.height) || 1;
      return {box: box, scale: scale, left: (box.width - map.width * scale) / 2, top: (box.height - map.height * scale) / 2};
    }

    function apply(quiet) {
      see.k = Math.min(most(), Math.max(1, see.k));
      var room = 0.5 * map.width * (1 - 1 / see.k) + (0.02 + 0.3 / see.k) * map.width * (see.k > 1);
      var high = 0.5 * map.height * (1 - 1 / see.k) + (0.02 + 0.3 / see.k) * map.height * (see.k > 1);
      see.x = Math.min(room, Math.max(-room, see.x));
      see.y = Math.min(high, Math.max(-high, see.y));
      var cx = map.width / 2, cy = map.height / 2;
      map.view.setAttribute("transform", "translate(" + (cx - (cx + see.x) * see.k) + " " + (cy - (cy + see.y) * see.k) + ") scale(" + see.k + ")");
      var at = frame();
      map.unit = 1 / (at.scale * see.k);
      map.svg.style.setProperty("--u", map.unit);
      map.svg.style.setProperty("--rem", parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
      map.hatches.forEach(function (hatch) { hatch.setAttribute("patternTransform", "scale(" + map.unit + ")"); });
      map.node.classList.toggle("is-zoomed", see.k > 1.01);
      if (quiet) { window.clearTimeout(settle); settle = window.setTimeout(moved, 90); } else { moved(); }
      if (map.crowd) { IOC.crowd.draw(map); }
      if (map.seen) { map.seen(see); }
    }

    /* Show one box of the drawing as large as it fits beside what lies over the map (`left` pixels); null is everything. */
    map.focus = function (box, left) {
      var at = frame(), free = at.box.width - (left || 0);
      if (!box || free < 60 || at.box.height < 60) { see.k = 1; see.x = see.y = 0; apply(); return; }
      see.k = Math.min(most(), 0.84 * Math.min(free / (box.width * at.scale), at.box.height / (box.height * at.scale)));
      see.k = Math.max(1, see.k);
      see.x = box.x + box.width / 2 - map.width / 2 - (left || 0) / 2 / (at.scale * see.k);
      see.y = box.y + box.height / 2 - map.height / 2;
      apply();
    };

    /* Take over what another map of the same drawing shows. */
    map.follow = function (other) {
      if (other.k === see.k && other.x === see.x && other.y === see.y) { return; }
      see.k = other.k;
      see.x = other.x;
      see.y = other.y;
      apply(true);
    };

    /* Drawing coordinates under a point of the screen. */
    function under(px, py) {
      var at = frame(), ux = (px - at.box.left - at.left) / at.scale, uy = (py - at.box.top - at.top) / at.scale;
      return {x: (ux - map.width / 2) / see.k + map.width / 2 + see.x, y: (uy - map.height / 2) / see.k + map.height / 2 + see.y};
    }

    /* And the way back: where on the screen, from the svg's corner, a place of the drawing lies. */
    map.place = function (x, y) {
      var at = frame();
      return {x: at.left + ((x - map.width / 2 - see.x) * see.k + map.width / 2) * at.scale,
        y: at.top + ((y - map.height / 2 - see.y) * see.k + map.height / 2) * at.scale, scale: at.scale * see.k};
    };

    map.under = under;

    function zoom(factor, px, py) {
      var before = under(px, py);
      see.k = Math.min(most(), Math.max(1, see.k * factor));
      var after = under(px, py);
      see.x += before.x - after.x;
      see.y += before.y - after.y;
      apply(true);
    }
    function middle() { var box = map.svg.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; }

    map.svg.addEventListener("wheel", function (event) {
      if (event.deltaY > 0 && see.k <= 1 && !event.ctrlKey) { return; }
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY);
    }, {passive: false});

    map.svg.addEventListener("pointerdown", function (event) {
      hands.set(event.pointerId, [event.clientX, event.clientY]);
      map.dragged = false;
      grip = hold();
    });
    function hold() {
      var held = Array.from(hands.values()), n = held.length;
      if (!n) { return null; }
      var x = 0, y = 0;
      held.forEach(function (one) { x += one[0] / n; y += one[1] / n; });
      return {n: n, x: x, y: y, wide: n > 1 ? Math.hypot(held[0][0] - held[1][0], held[0][1] - held[1][1]) : 0};
    }
    window.addEventListener("pointermove", function (event) {
      if (!hands.has(event.pointerId)) { return; }
      hands.set(event.pointerId, [event.clientX, event.clientY]);
      var next = hold();
      if (!grip || next.n !== grip.n) { grip = next; return; }
      if (!map.dragged && Math.hypot(next.x - grip.x, next.y - grip.y) < 4 && Math.abs(next.wide - grip.wide) < 4) { return; }
      if (next.n === 1 && see.k <= 1.01) { return; }
      map.dragged = true;
      map.node.classList.add("is-dragged");
      var at = frame();
      see.x -= (next.x - grip.x) / (at.scale * see.k);
      see.y -= (next.y - grip.y) / (at.scale * see.k);
      if (next.n > 1 && grip.wide) { zoom(next.wide / grip.wide, next.x, next.y); } else { apply(true); }
      grip = next;
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      window.addEventListener(name, function (event) {
        if (hands.delete(event.pointerId)) { grip = hold(); map.node.classList.remove("is-dragged"); }
      });
    });
    map.svg.addEventListener("dblclick", function (event) {
      if (!event.target.closest(".area, .gap")) { zoom(2, event.clientX, event.clientY); }
    });

    var tools = make("div", {class: "map-zoom", role: "group", "aria-label": say("map.zoom")}, [
      button("in", "+", say("map.zoom_in"), function () { var m = middle(); zoom(1.6, m[0], m[1]); }),
      button("out", "−", say("map.zoom_out"), function () { var m = middle(); zoom(1 / 1.6, m[0], m[1]); }),
      button("all", say("map.whole"), null, function () { see.k = 1; see.x = see.y = 0; apply(); IOC.emit("whole", map); })
    ]);
    function button(name, text, label, act) {
      var node = make("button", {type: "button", class: "zoom-" + name, text: text, "aria-label": label, title: label});
      node.addEventListener("click", act);
      return node;
    }
    map.body.appendChild(tools);

    new ResizeObserver(function () { if (map.ready) { apply(true); } }).observe(map.svg);
    map.refit = apply;
  }

  /* Scale bar in a round number of kilometres, about a sixth of the map's width. */
  function bar(map, unitsPerKm) {
    var pixels = unitsPerKm / map.unit, wish = map.svg.clientWidth / 7 / pixels, round = 1;
    [1, 2, 5, 10, 20, 50, 100, 200].forEach(function (km) { if (km <= wish) { round = km; } });
    return {km: round, pixels: round * pixels};
  }

  IOC.zoom = {attach: attach, bar: bar};
})(window.IOC);
