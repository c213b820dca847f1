/* Labels: names and values on the map where they fit, at the size of the screen, and at the end of a leader line where
   they do not. Owns where a label stands; the words and paint come from outside. */
(function (IOC) {
  "use strict";
  var draw = IOC.draw, ruler = document.createElement("canvas").getContext("2d");
  var SHAPES = {good: "M0-4.2 4.4 3.6H-4.4Z", watch: "M-4 0A4 4 0 1 0 4 0 4 4 0 1 0-4 0Z", bad: "M0 4.2 4.4-3.6H-4.4Z"};

  function rem() { return parseFloat(getComputedStyle(document.documentElement).fontSize); }
  function wide(text, size, weight) {
    ruler.font = weight + " " + size + "px \"Be Vietnam Pro\"";
    return ruler.measureText(text).width;
  }

  /* A name in two lines, broken where the halves are most alike. */
  function halves(name) {
    var words = name.split(" "), best = null;
    for (var i = 1; i < words.length; i++) {
      var two = [words.slice(0, i).join(" "), words.slice(i).join(" ")];
      if (!best || Math.max(two[0].length, two[1].length) < Math.max(best[0].length, best[1].length)) { best = two; }
    }
    return best;
  }

  /* The blocks to try for one area, from the fullest to the barest; sizes in screen pixels. */
  function blocks(name, value, size) {
    var two = halves(name), found = [];
    [[size, true], [size * 0.88, true], [size, false], [size * 0.88, false]].forEach(function (way) {
      [[name]].concat(two ? [two] : []).forEach(function (lines) {
        if (way[1] && !value) { return; }
        var width = Math.max.apply(null, lines.map(function (line) { return wide(line, way[0], 500); }));
        if (way[1]) { width = Math.max(width, wide(value, way[0], 600) + (value ? way[0] : 0)); }
        found.push({lines: lines, size: way[0], value: way[1], width: width,
          height: way[0] * 1.24 * (lines.length + (way[1] ? 1 : 0))});
      });
    });
    return found;
  }

  function inside(map, i, block, x, y) {
    var path = map.paths[i], spot = map.spots[i], away = Math.hypot(x - spot.x, y - spot.y);
    if (Math.hypot(block.width + 6, block.height) * map.unit / 2 + away <= spot.r) { return true; }
    var w = (block.width + 6) * map.unit / 2, h = block.height * map.unit / 2, point = map.svg.createSVGPoint();
    return [[-1, -1], [1, -1], [-1, 1], [1, 1], [0, -1], [0, 1], [-1, 0], [1, 0]].every(function (turn) {
      point.x = x + turn[0] * w;
      point.y = y + turn[1] * h;
      return path.isPointInFill(point);
    });
  }

  /* Where in its area a label stands: at the label point, or beside it where fewer points of villages or other places lie under it. */
  var STEPS = [[0, 0], [0, -.3], [0, .3], [-.3, 0], [.3, 0], [0, -.6], [0, .6], [-.5, -.4], [.5, -.4], [-.5, .4], [.5, .4]];
  function stand(map, i, spot, block) {
    var best = null, fewest = Infinity, spotted = (map.spotted || []).concat(map.standing || []);
    STEPS.some(function (step, k) {
      if (k > 4 && !spotted.length) { return true; }
      var x = spot.x + step[0] * spot.r, y = spot.y + step[1] * spot.r;
      if (!inside(map, i, block, x, y)) { return false; }
      var box = boxOf(block, x, y, map.unit), under = spotted.filter(function (at) {
        return at[0] > box[0] - 6 * map.unit && at[0] < box[2] + 6 * map.unit && at[1] > box[1] - 6 * map.unit && at[1] < box[3] + 6 * map.unit;
      }).length;
      if (under < fewest) { fewest = under; best = {i: i, block: block, x: x, y: y, leader: null}; }
      return fewest === 0;
    });
    return best;
  }

  function hits(box, boxes) {
    return boxes.some(function (other) {
      return box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
    });
  }
  function boxOf(block, x, y, unit) {
    var w = block.width * unit / 2 + 3 * unit, h = block.height * unit / 2 + 2 * unit;
    return [x - w, y - h, x + w, y + h];
  }

  /* Place all labels anew. `name(i)` and `value(i)` give the words; value may be empty. */
  function arrange(map, name, value) {
    if (!map.ready || !map.unit || !map.svg.clientWidth) { return; }
    var phone = map.svg.clientWidth < 560, size = rem() * (phone ? 0.65 : 0.75), taken = [], homeless = [], placed = [];
    var view = map.svg.getBoundingClientRect();
    map.spots.forEach(function (spot, i) {
      if (!spot || (map.within && !map.within[i])) { return; }
      var at = map.place(spot.x, spot.y), r = spot.r / map.unit;
      if (at.x < -40 || at.y < -40 || at.x > view.width + 40 || at.y > view.height + 40 || r < size * 0.55) { return; }
      var home = null;
      blocks(name(i), phone ? "" : value(i), size).some(function (block) {
        if (block.height / 2 > r * 1.3) { return false; }
        home = stand(map, i, spot, block);
        return Boolean(home);
      });
      if (home) { home.tried = Boolean(value(i)) || phone; placed.push(home); taken.push(boxOf(home.block, home.x, home.y, map.unit)); } else { homeless.push(i); }
    });
    if (!phone && homeless.length <= 14) {
      homeless.forEach(function (i) {
        var spot = map.spots[i], block = blocks(name(i), "", size)[0], home = outside(map, spot, block, taken);
        if (home) { placed.push({i: i, block: block, x: home[0], y: home[1], leader: spot, tried: true}); taken.push(boxOf(block, home[0], home[1], map.unit)); }
      });
    }
    map.labels = placed;
    map.layers.labels.replaceChildren.apply(map.layers.labels, placed.map(function (one) { return element(map, one, name, value); }));
    dress(map, value);
  }

  /* The nearest free place beyond the outline for a label that does not fit into its area; null when that is far. */
  function outside(map, spot, block, taken) {
    for (var away = 0.5; away < 4; away += 0.5) {
      for (var turn = 0; turn < 16; turn++) {
        var angle = turn * Math.PI / 8, reach = spot.r + away * block.height * map.unit;
        var x = spot.x + Math.cos(angle) * (reach + block.width * map.unit / 2), y = spot.y + Math.sin(angle) * reach;
        var box = boxOf(block, x, y, map.unit);
        if (box[0] > 0 && box[1] > 0 && box[2] < map.width && box[3] < map.height && !hits(box, taken) && !covers(map, box) && !crosses(spot, x, y, taken)) { return [x, y]; }
      }
    }
    return null;
  }

  function crosses(spot, x, y, taken) {
    return [.15, .3, .45, .6, .75].some(function (part) {
      var px = spot.x + (x - spot.x) * part, py = spot.y + (y - spot.y) * part;
      return hits([px, py, px, py], taken);
    });
  }

  /* Whether a box, in drawing units, lies over the land. */
  function covers(map, box) {
    var outline = map.layers.areas.querySelector(".outline"), point = map.svg.createSVGPoint();
    return !outline || [0, .5, 1].some(function (across) {
      return [0, .5, 1].some(function (down) {
        point.x = box[0] + (box[2] - box[0]) * across;
        point.y = box[1] + (box[3] - box[1]) * down;
        return outline.isPointInFill(point);
      });
    });
  }

  function element(map, one, name) {
    var block = one.block, line = block.size * 1.24, top = -block.height / 2 + block.size * 0.96, parts = [];
    var group = draw("g", {class: "label", "data-i": one.i});
    group.style.transform = "translate(" + one.x + "px," + one.y + "px) scale(var(--u))";
    if (one.leader) {
      var dx = (one.leader.x - one.x) / map.unit, dy = (one.leader.y - one.y) / map.unit;
      var cut = Math.min((block.width / 2 + 3) / Math.abs(dx || 1e-6), (block.height / 2 + 1) / Math.abs(dy || 1e-6));
      if (cut < 1) { parts.push(draw("path", {class: "leader", d: "M" + dx * cut + " " + dy * cut + "L" + dx + " " + dy})); }
      group.classList.add("is-led");
    }
    block.lines.forEach(function (text, k) {
      parts.push(draw("text", {y: top + k * line, "font-size": block.size, text: text}));
    });
    if (block.value) {
      one.shape = draw("path", {class: "label-shape"});
      one.text = draw("text", {y: top + block.lines.length * line, "font-size": block.size, class: "label-value"});
      parts.push(one.shape, one.text);
    }
    parts.forEach(function (part) { group.appendChild(part); });
    one.node = group;
    return group;
  }

  /* Whether the labels that stand have room for the present values: then nothing needs to move. */
  function suits(map, value) {
    return (map.labels || []).every(function (one) {
      var text = value(one.i);
      return one.block.value ? Boolean(text) && wide(text, one.block.size, 600) + one.block.size <= one.block.width + 4 : !text || one.tried;
    });
  }

  /* Values and colours of labels that stand: done at every paint, without moving any. */
  function dress(map, value) {
    (map.labels || []).forEach(function (one) {
      var grade = map.gradeOf ? map.gradeOf(one.i) : null, text = value(one.i);
      one.node.setAttribute("class", "label on-" + (map.painted[one.i] || "") + (one.leader ? " is-led" : ""));
      if (!one.text) { return; }
      one.text.textContent = text;
      var shape = text && SHAPES[grade], size = one.block.size, half = wide(text, size, 600) / 2;
      one.shape.setAttribute("d", shape || "");
      one.shape.setAttribute("transform", "translate(" + (-half) + " " + (Number(one.text.getAttribute("y")) - size * 0.36) + ") scale(" + size / 13 + ")");
      one.text.setAttribute("x", shape ? size * 0.5 : 0);
    });
  }

  IOC.labels = {arrange: arrange, wide: wide, suits: suits, covers: covers, dress: dress, shapes: SHAPES};
})(window.IOC);
