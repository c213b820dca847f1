/* Legend: what stands inside the map beside its areas. Owns title, unit, period, classes with counts (a click leaves one
   class out, a double click keeps it alone), kinds of villages, scale bar, north and the lines on source and drawing. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say;

  function create(map) {
    var box = make("section", {class: "legend", "aria-label": say("legend.aria")});
    var foot = make("div", {class: "map-foot"});
    var ground = make("div", {class: "map-ground"}), classes = make("div", {class: "legend-classes"}), layers = make("div", {class: "legend-layers"});
    [classes, layers, ground].forEach(function (part) { box.appendChild(part); });
    map.body.appendChild(box);
    map.node.appendChild(foot);
    return {map: map, box: box, classes: classes, layers: layers, ground: ground, foot: foot};
  }

  /* A small sign for a grade: its shape, drawn, so that no font is asked for a triangle. */
  function shape(grade) { return make("span", {class: "shape shape-" + (grade || "none"), "aria-hidden": "true"}); }

  function show(legend, about) {
    var kpi = about.kpi, painted = about.painted;
    var rows = kpi.level === "province" ? [make("p", {class: "legend-whole", text: say("legend.whole_only", {value: about.whole})})] : painted.entries.filter(function (entry) { return !entry.up; }).map(function (entry) {
      var out = about.hidden.indexOf(entry.name) >= 0;
      var button = make("button", {type: "button", class: "legend-row" + (out ? " is-out" : ""), "data-entry": entry.name,
        "aria-pressed": out ? "false" : "true", title: say("legend.click")}, [
        make("span", {class: "swatch " + entry.name}, entry.grade ? [shape(entry.grade)] : []),
        make("span", {class: "legend-label", text: IOC.words.capital(entry.label)}),
        make("span", {class: "legend-note figures", text: entry.note}),
        make("span", {class: "legend-count figures", text: IOC.words.number(entry.count)})
      ]);
      button.addEventListener("click", function (event) { about.filter(event.shiftKey ? alone(about, entry.name) : turned(about, entry.name)); });
      button.addEventListener("dblclick", function () { about.filter(alone(about, entry.name)); });
      return button;
    });
    var held = document.activeElement && legend.classes.contains(document.activeElement) ? document.activeElement.dataset.entry : null;
    legend.classes.replaceChildren.apply(legend.classes, [
      make("p", {class: "legend-title", text: painted.square ? say("pair.title", {first: painted.square.first.short, second: painted.square.second.short}) : kpi.short || kpi.name}),
      make("p", {class: "legend-unit", text: say("legend.unit", {unit: painted.square ? kpi.unit + " · " + painted.square.second.unit : kpi.unit, period: IOC.words.period(about.period)}) +
        (about.provisional ? say("legend.provisional") : "")})
    ].concat(painted.square ? [IOC.bivariate.square(about, function (name, only) { about.filter(only ? alone(about, name) : turned(about, name)); })] : [], rows, [
      painted.automatic && !painted.byGrade ? make("p", {class: "legend-mark is-automatic", text: painted.way ? say("legend.way", {way: say("classes." + painted.way)}) : say("legend.automatic")}) : null,
      painted.small ? make("p", {class: "legend-mark", text: say("legend.small", {n: kpi.minimum_n})}) : null
    ].filter(Boolean)));
    var again = held && legend.classes.querySelector("[data-entry=\"" + held + "\"]");
    if (again) { again.focus(); }
  }

  /* Entries left out after one is switched; the last one in sight brings all others back. */
  function turned(about, name) {
    var names = about.painted.entries.map(function (one) { return one.name; });
    var out = names.filter(function (one) { return (about.hidden.indexOf(one) >= 0) !== (one === name); });
    return out.length === names.length ? [] : out;
  }
  /* All but one; all when that one is alone already. */
  function alone(about, name) {
    var others = about.painted.entries.map(function (one) { return one.name; }).filter(function (one) { return one !== name; });
    return others.length === about.hidden.length && about.hidden.indexOf(name) < 0 ? [] : others;
  }

  /* Kinds of gap as boxes to tick, each with its shape and, once the villages are here, how many there are. */
  function gaps(legend, wanted, counts, toggle, villages) {
    legend.layers.hidden = !toggle;
    if (toggle && !legend.layers.childElementCount) { legend.layers.append(make("div"), make("div")); }
    if (toggle) { IOC.layers.boxes(legend.layers.lastChild); }
    if (!toggle || !villages) { return; }
    if (!legend.boxes) {
      legend.boxes = {};
      legend.layers.firstChild.appendChild(make("fieldset", {class: "layers"}, [make("legend", {text: say("gap.title")})].concat(IOC.points.kinds.map(function (id) {
        var box = make("input", {type: "checkbox", value: id}), count = make("span", {class: "legend-count figures"});
        box.addEventListener("change", function () { toggle(id, box.checked); });
        var label = make("label", {class: "layer"}, [box, IOC.points.sample(id), make("span", {text: IOC.points.named(id)}), count]);
        legend.boxes[id] = {box: box, count: count, label: label};
        return label;
      }))));
    }
    ["co-song", "diem-truong", "tram-y-te"].forEach(function (id) { legend.boxes[id].label.hidden = !IOC.address.get().cap && wanted.indexOf(id) < 0; });
    ["diem-truong", "tram-y-te"].forEach(function (id) { if (counts && !counts[id]) { legend.boxes[id].label.hidden = true; } });
    IOC.points.kinds.forEach(function (id) {
      legend.boxes[id].box.checked = wanted.indexOf(id) >= 0;
      if (counts) { legend.boxes[id].count.textContent = IOC.words.number(counts[id]); }
    });
    if (!legend.unplaced) { legend.unplaced = legend.layers.firstChild.appendChild(make("p", {class: "legend-mark"})); }
    legend.unplaced.textContent = counts && counts.unplaced ? say("gap.unplaced", {n: IOC.words.number(counts.unplaced)}) : "";
  }

  /* Scale and north on the ground of the map; they change with the zoom. */
  function measure(legend, unitsPerKm) {
    var bar = IOC.zoom.bar(legend.map, unitsPerKm);
    var line = make("span", {class: "scale-line"});
    line.style.width = bar.pixels + "px";
    legend.ground.replaceChildren(
      make("span", {class: "scale"}, [line, make("span", {class: "figures", text: IOC.words.number(bar.km) + " km"})]),
      make("span", {class: "north", title: say("map.north"), "aria-label": say("map.north")}, [
        draw("svg", {viewBox: "0 0 16 20", "aria-hidden": "true"}, [draw("path", {d: "M8 0 14 20 8 15 2 20Z"})]),
        make("span", {text: say("map.n")})
      ])
    );
  }

  /* Inside the map where there is sea or a neighbour's land under it; below the map where it would cover a commune. */
  function fit(legend) {
    var map = legend.map, node = map.node;
    if (window.innerWidth <= 760) { return; }
    var key = [node.clientWidth, node.clientHeight, legend.classes.childElementCount, legend.layers.hidden].join();
    if (map.see.k > 1 || legend.fitted === key) { return; }
    legend.fitted = key;
    node.classList.remove("is-legend-below");
    map.refit(true);
    var box = legend.box.getBoundingClientRect(), svg = map.svg.getBoundingClientRect();
    var a = map.under(box.left, box.top), b = map.under(box.right, box.bottom), steps = [0, .2, .4, .6, .8, 1];
    var over = svg.width < 2 || steps.some(function (i) {
      return steps.some(function (j) {
        var x = a.x + (b.x - a.x) * i, y = a.y + (b.y - a.y) * j;
        return IOC.labels.covers(map, [x, y, x, y]);
      });
    });
    if (over) { node.classList.add("is-legend-below"); map.refit(true); }
  }

  /* Under the map: whose figures, which edition, and what kind of drawing this is. */
  function sign(legend, about) {
    legend.foot.replaceChildren.apply(legend.foot, [
      make("span", {text: say("map.source", {source: about.kpi.source + ", " + about.kpi.owner})}),
      make("span", {class: "map-edition", text: about.stamp}),
      about.drawing.schematic ? make("span", {class: "map-caption", text: about.drawing.caption}) :
        make("span", {text: about.drawing.caption})
    ]);
  }

  IOC.legend = {create: create, show: show, gaps: gaps, fit: fit, measure: measure, sign: sign, shape: shape};
})(window.IOC);
