/* Drill: from province to commune to village and back; of a country, to the province first. Owns the path above the map
   (Cả nước › Tỉnh › Xã › Thôn, bản), what a click, Enter and Escape mean on each level, and the names of villages inside
   a commune. State is in the address. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, PLACES = [[1, 0], [-1, 0], [0, -1], [0, 1]];
  var drill = {at: -1, around: -1, areas: null, point: null};

  function now() { return IOC.address.get(); }
  function top() { return {tinh: "", xa: "", cap: "", thon: ""}; }

  /* Index of the province the address is inside of, -1 for none and where there is only one. */
  function province(areas) {
    var code = now().tinh, found = -1;
    ((areas && areas.provinces) || []).forEach(function (one, i) { if (one[0] === code) { found = i; } });
    return found;
  }
  /* Code and name of the province of a commune; empty where there is only one. */
  function home(code) {
    var areas = drill.areas, i = areas && areas.provinces ? areas.of[areas.codes.indexOf(code)] : null;
    return typeof i === "number" ? areas.provinces[i] : ["", ""];
  }

  /* One level up from where the address is. */
  function above() {
    if (now().thon) { return {thon: ""}; }
    return now().tinh && now().xa ? {xa: "", cap: ""} : top();
  }

  /* What choosing a commune changes: the first choice selects, the second (or Enter) goes in, of a country into the
     province first; inside, a neighbour is entered. */
  function step(code, deep) {
    var here = now(), mine = home(code)[0];
    if (!code) { return here.cap && here.thon ? {thon: ""} : here.tinh && here.xa ? {xa: "", cap: "", thon: ""} : top(); }
    if (mine && here.tinh !== mine) { return {tinh: deep || here.tinh || here.xa === code ? mine : "", xa: code, cap: "", thon: ""}; }
    if (deep || here.cap || here.xa === code) { return {xa: code, cap: "xa", thon: ""}; }
    return {xa: code, thon: ""};
  }

  /* Index of the commune the address is inside of, -1 for none. */
  function inside(atlas) {
    return now().cap === "xa" && atlas.areas ? atlas.areas.codes.indexOf(now().xa) : -1;
  }

  /* Bring the map to a commune or back; true when it moved. */
  function enter(atlas, index) {
    var map = atlas.map, path = map.paths[index], around = index >= 0 ? -1 : province(atlas.areas);
    drill.areas = atlas.areas;
    crumbs();
    if (drill.at === index && drill.around === around && drill.map === map) { return false; }
    var was = drill.at >= 0 || drill.around >= 0;
    drill.at = index;
    drill.around = around;
    drill.map = map;
    IOC.map.enter(map, index, around < 0 ? null : atlas.areas.of.map(function (one) { return one === around; }));
    if ((index >= 0 && path) || around >= 0) { look(atlas); } else if (was) { map.focus(null); }
    return true;
  }

  /* The commune or province as large as it fits beside the legend; also after the map's room has changed. */
  function look(atlas) {
    var path = atlas.map.paths[drill.at], box = atlas.legend.box.getBoundingClientRect();
    var over = getComputedStyle(atlas.legend.box).position === "absolute", place = path ? path.getBBox() : extent(atlas);
    if (place) { atlas.map.focus(place, over ? box.width + 16 : 0); }
  }
  function extent(atlas) {
    var found = null;
    if (drill.around < 0) { return null; }
    atlas.map.paths.forEach(function (path, i) {
      if (!path || atlas.areas.of[i] !== drill.around) { return; }
      var box = path.getBBox();
      found = found || {x: box.x, y: box.y, x1: box.x, y1: box.y};
      found = {x: Math.min(found.x, box.x), y: Math.min(found.y, box.y), x1: Math.max(found.x1, box.x + box.width), y1: Math.max(found.y1, box.y + box.height)};
    });
    return found && {x: found.x, y: found.y, width: found.x1 - found.x, height: found.y1 - found.y};
  }

  /* The path above the map; the last part is where one is. */
  function crumbs() {
    var host = document.getElementById("crumbs"), here = now(), areas = drill.areas;
    if (!host || !areas) { return; }
    var i = areas.codes.indexOf(here.xa), around = province(areas), mine = home(here.xa);
    var parts = [part(areas.root.name, here.xa || around >= 0 ? top() : null)];
    if (around < 0 && mine[0]) { parts.push(part(mine[1], {tinh: mine[0], cap: "", thon: ""}, say("drill.go_in_province", {name: mine[1]}))); }
    if (around >= 0) { parts.push(part(areas.provinces[around][1], i >= 0 ? {xa: "", cap: "", thon: ""} : null)); }
    if (i >= 0) {
      var villages = IOC.points.kinds.length > 0, deeper = villages && (here.thon || !here.cap);
      parts.push(part(areas.names[i], deeper ? {tinh: mine[0], cap: "xa", thon: ""} : null, here.cap ? "" : say("drill.go_in", {name: areas.names[i]})));
      if (!here.cap && villages) { parts[parts.length - 1].appendChild(make("span", {class: "crumb-hint", text: say("drill.villages")})); }
    }
    if (i >= 0 && here.thon && drill.point) { parts.push(part(drill.point[2], null)); }
    host.replaceChildren(make("ol", {}, parts));
  }
  function part(text, to, title) {
    if (!to) { return make("li", {"aria-current": "location"}, [make("span", {text: text})]); }
    var button = make("button", {type: "button", text: text, title: title});
    button.addEventListener("click", function () { IOC.address.go(to); });
    return make("li", {}, [button]);
  }

  /* The chosen village, ringed on the map and named in the path. */
  function mark(map) {
    var found = -1, id = now().cap ? now().thon : "";
    (map.gaps || []).some(function (point, i) { if (id && point[0] === id) { found = i; } return found >= 0; });
    drill.point = found >= 0 ? map.gaps[found] : null;
    IOC.points.choose(map, found);
    crumbs();
    name(map);
  }

  /* Names of the villages beside their points, those with gaps first, as many as find room. */
  function name(map) {
    var code = drill.at >= 0 && map === drill.map ? drill.areas.codes[drill.at] : null, layer = map.layers.names;
    if (!code || !map.unit || !map.gaps) { layer.replaceChildren(); return; }
    var size = parseFloat(getComputedStyle(document.documentElement).fontSize) * .75, taken = [], nodes = [];
    var mine = map.gaps.filter(function (point) { return point[1] === code && point[3] !== null; });
    mine.forEach(function (point) { taken.push(around(point[3], point[4], 11, 11, map.unit)); });
    mine.slice().sort(function (a, b) { return weight(b) - weight(a); }).forEach(function (point) {
      var half = IOC.labels.wide(point[2], size, 500) / 2;
      PLACES.some(function (turn) {
        var away = IOC.points.wide(point) ? 9 : 0;
        var x = point[3] + turn[0] * (half + 13 + away) * map.unit, y = point[4] + turn[1] * (size + 7 + away) * map.unit, box = around(x, y, half + 1, size * .6, map.unit);
        if (taken.some(function (other) { return box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]; })) { return false; }
        taken.push(box);
        var text = draw("text", {class: "village-name" + (point === drill.point ? " is-chosen" : ""), "font-size": size, y: size * .34, text: point[2]});
        text.style.transform = "translate(" + x + "px," + y + "px) scale(var(--u))";
        nodes.push(text);
        return true;
      });
    });
    layer.replaceChildren.apply(layer, nodes);
  }
  function weight(point) {
    return (point === drill.point ? 9 : 0) + IOC.points.kindsOf(point).filter(function (id) { return IOC.points.gaps.indexOf(id) >= 0; }).length;
  }
  function around(x, y, w, h, unit) { return [x - w * unit, y - h * unit, x + w * unit, y + h * unit]; }

  /* A chosen commune is likely to be entered: its villages are fetched before the second click. */
  IOC.on("chosen", function (i) { if (i >= 0 && (IOC.boot.places || []).length) { IOC.supply.places("village").catch(function () {}); } });
  IOC.on("page", crumbs);

  IOC.drill = {top: top, province: province, above: above, step: step, inside: inside, enter: enter, look: look, mark: mark, name: name};
})(window.IOC);
