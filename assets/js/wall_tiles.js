/* Wall tiles: numbers, trends, texts and clocks, and what every tile has in common. Owns how a tile is filled, fitted into
   its place and marked with its state; a renderer that fails leaves what stood there before. */
(function (IOC) {
  "use strict";
  var make = IOC.make, draw = IOC.draw, say = IOC.words.say, makers = {};

  function shape(grade) { return make("span", {class: "shape shape-" + grade, "aria-hidden": "true"}); }
  function line(name, parts, drop) { return make("p", {class: name, "data-drop": drop}, parts); }
  function text(words, name) { return words ? make("span", {class: name, text: words}) : null; }

  function head(tile) {
    return make("header", {class: "tile-head"}, [make("h2", {text: tile.title}), text(tile.where, "tile-where")]);
  }
  function figure(tile) {
    return make("span", {class: "tile-value"}, [
      make("span", {class: "tile-figure", text: tile.value === null ? say("wall.missing_value") : tile.value}),
      tile.value === null ? null : make("span", {class: "tile-unit", text: tile.unit})]);
  }
  function standing(tile) {
    var graded = tile.grade && tile.grade !== "none", said = graded || tile.state !== "value";
    if (!said && !tile.target) { return null; }
    return line("tile-standing" + (graded ? " is-" + tile.grade : ""), [graded ? shape(tile.grade) : null,
      said ? text(tile.standing, "standing-word") : null, tile.target ? make("span", {class: "tile-target", text: tile.target, "data-drop": 4}) : null]);
  }

  /* Thirteen months as a line, with the target as a dashed one; the last point hollow while its month runs. */
  function curve(values, goal, open) {
    var known = values.filter(function (one) { return one !== null; });
    if (known.length < 2) { return null; }
    var bounds = goal === null || goal === undefined ? known : known.concat([goal]);
    var low = Math.min.apply(null, bounds), high = Math.max.apply(null, bounds), room = (high - low) || 1;
    function x(i) { return 2 + 96 * i / (values.length - 1); }
    function y(value) { return 92 - 84 * (value - low) / room; }
    var path = "", pen = "M", last = -1;
    values.forEach(function (value, i) {
      if (value === null) { pen = "M"; return; }
      path += pen + x(i).toFixed(1) + " " + y(value).toFixed(1);
      pen = "L";
      last = i;
    });
    var parts = [draw("path", {class: "curve-line", d: path})];
    if (goal !== null && goal !== undefined) { parts.unshift(draw("path", {class: "curve-goal", d: "M0 " + y(goal).toFixed(1) + "H100"})); }
    var svg = draw("svg", {class: "curve-drawing", viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true"}, parts);
    var dot = make("span", {class: "curve-dot" + (open ? " is-open" : "")});
    dot.style.left = x(last) + "%";
    dot.style.top = y(values[last]) + "%";
    return {node: make("div", {class: "curve"}, [svg, dot]), low: low, high: high, y: y};
  }

  makers.number = function (tile) {
    var spark = curve(tile.series, tile.goal, tile.provisional);
    return [head(tile), make("div", {class: "tile-main"}, [figure(tile), spark && spark.node]), standing(tile),
      tile.movement ? line("tile-movement", [text(tile.movement)], 2) : null,
      line("tile-period", [text(tile.period), text(tile.reporting, "tile-reporting")])];
  };

  makers.trend = function (tile) {
    var drawn = curve(tile.series, tile.goal, tile.open[tile.open.length - 1]), first = tile.labels[0], parts = [];
    if (drawn) {
      var n = function (value) { return IOC.words.number(value, value % 1 === 0 ? 0 : tile.decimals); };
      drawn.node.classList.add("is-trend");
      parts = [make("div", {class: "trend-body"}, [
        make("div", {class: "trend-scale figures"}, [text(n(drawn.high)), text(n(drawn.low))]), drawn.node,
        make("div", {class: "trend-ends figures"}, [text(first), text(tile.labels[tile.labels.length - 1])])])];
    }
    return [head(tile), make("div", {class: "tile-main"}, [figure(tile), standing(tile)]),
      tile.movement ? line("tile-movement", [text(tile.movement)], 2) : null].concat(parts, [line("tile-period", [text(tile.period)], 3)]);
  };

  makers.text = function (tile) { return [tile.title ? head(tile) : null, make("p", {class: "tile-text", text: tile.text})]; };
  makers.clock = function (tile) {
    return [tile.title ? head(tile) : null, make("p", {class: "clock-time figures", "data-clock": "time"}),
      make("p", {class: "clock-date", "data-clock": "date"}), make("p", {class: "clock-edition", "data-clock": "edition", "data-drop": 1})];
  };

  /* Leave out the lines a tile can do without, the first to go first, until what stays has room; never a smaller letter. */
  function fit(node) {
    var body = node.querySelector(".tile-body");
    Array.from(body.querySelectorAll("[data-drop]")).forEach(function (one) { one.hidden = false; });
    var spare = Array.from(body.querySelectorAll("[data-drop]")).reverse().sort(function (a, b) { return a.dataset.drop - b.dataset.drop; });
    while (spare.length && (body.scrollHeight > body.clientHeight + 3 || body.scrollWidth > body.clientWidth + 3)) { spare.shift().hidden = true; }
  }

  /* Fill `node` with `tile`. What cannot be drawn leaves the last good content, marked; true when it was drawn. */
  function fill(node, tile, box, scene) {
    var body = node.querySelector(".tile-body");
    node.hidden = !box;
    if (!box) { return true; }
    if (!tile.fault) {
      try {
        var parts = makers[tile.kind](tile, box, scene, node).filter(Boolean);
        body.replaceChildren.apply(body, parts.concat(foot(tile)));
        (node._drawn || function () {})();
        fit(node);
        node._good = {tile: tile, at: performance.now(), age: IOC.age.tile(tile).age};
        node.dataset.fault = "";
        return true;
      } catch (error) { console.error("a tile cannot be drawn: " + tile.kind, error); }
    }
    node.dataset.fault = "yes";
    if (!node._good) {
      body.replaceChildren(head({title: tile.title || ""}), make("p", {class: "tile-fault", text: tile.fault || say("wall.missing_value")}), foot(tile)[0]);
    }
    return false;
  }

  function foot(tile) {
    if (tile.kind === "text" || tile.kind === "clock") { return [make("span", {hidden: true})]; }
    return [make("p", {class: "tile-age", "data-drop": tile.by_scheduler ? 2 : null}, [make("span", {class: "age-mark", "aria-hidden": "true"}), make("span", {class: "age-words"})]),
      tile.source ? line("tile-source", [text(say("wall.source", {source: tile.source}))], 1) : make("span", {hidden: true})];
  }

  /* State and age of a tile that stands, in words; writes only what changed. */
  function mark(node, tile) {
    var is = IOC.age.tile(tile), words = node.querySelector(".age-words"), key;
    if (node.dataset.fault && node._good) {
      var kept = node._good.age === null ? null : node._good.age + (performance.now() - node._good.at) / 1000;
      is = {state: is.state === "lost" ? "lost" : "stale", age: kept};
      key = is.state === "lost" ? "wall.tile_lost" : "wall.tile_fault";
    } else {
      key = is.state === "fresh" ? "wall.data_age" : "wall.tile_" + is.state;
    }
    if (tile.state === "held" && is.state === "fresh") { key = "wall.tile_held"; }
    if (node.dataset.state !== is.state) { node.dataset.state = is.state; }
    var said = is.age === null ? say("wall.data_never") : say(key, {age: IOC.words.age(is.age)});
    if (tile.by_scheduler && is.state === "stale") { said = say("wall.scheduler"); }
    if (words && words.textContent !== said) {
      var longer = said.length > words.textContent.length;
      words.textContent = said;
      if (longer) { fit(node); }
    }
    return is.state;
  }

  IOC.tiles = {makers: makers, fill: fill, fit: fit, mark: mark, head: head, figure: figure, standing: standing, shape: shape, text: text, line: line};
})(window.IOC);
