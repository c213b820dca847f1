/* Grades: how a value is painted. Owns the step from letters and numbers to classes of the map, and the entries of
   its legend. A pure function of the KPI's catalogue entry and the values; knows no element. */
(function (IOC) {
  "use strict";
  var say = IOC.words.say, STEPS = 7, AUTOMATIC = 5;

  /* Letters of /api/values: g w b graded, n without target, z i m h p without value, x with the last good one; upper case: small. */
  var REASONS = {z: "no_activity", i: "impossible", m: "missing", x: "held", h: "hidden", p: "whole_only"};
  var GRADES = {g: "good", w: "watch", b: "bad", n: "none"};

  function state(letter) {
    var low = letter.toLowerCase();
    return {letter: low, grade: GRADES[low] || null, reason: REASONS[low] || null, small: letter !== low};
  }

  /* Fixed breaks of the catalogue; without them quantiles of what is there, marked as automatic. */
  function breaks(kpi, values) {
    if (kpi.classes && kpi.classes.length) { return {at: kpi.classes, automatic: false}; }
    var found = values.filter(function (value) { return value !== null; }).sort(function (a, b) { return a - b; });
    var at = [];
    for (var i = 1; i < AUTOMATIC; i++) {
      var cut = found[Math.floor(found.length * i / AUTOMATIC)];
      if (cut !== undefined && cut > found[0] && at.indexOf(cut) < 0) { at.push(cut); }
    }
    return {at: at, automatic: true};
  }

  function step(index, count) { return count < 2 ? STEPS : 1 + Math.round(index * (STEPS - 1) / (count - 1)); }

  function classOf(value, at) {
    var index = 0;
    while (index < at.length && value >= at[index]) { index++; }
    return index;
  }

  function range(kpi, low, high) {
    var n = function (value) { return IOC.words.number(value, decimals(kpi, value)); };
    if (low === undefined) { return say("legend.below", {n: n(high)}); }
    if (high === undefined) { return say("legend.from", {n: n(low)}); }
    if (kpi.decimals === 0 && high - low === 1) { return n(low); }
    return kpi.decimals === 0 ? n(low) + " – " + n(high - 1) : say("legend.between", {low: n(low), high: n(high)});
  }
  function decimals(kpi, value) { return value % 1 === 0 ? 0 : kpi.decimals; }

  /* The target for every commune alike in a period ("2026-10"), or null when there is none. */
  function target(kpi, ky) {
    var plain = (ky || "").replace(/\.ytd$/, ""), last = plain.length === 7 ? plain + "-28" : plain + "-12-28";
    var live = (kpi.targets || []).filter(function (one) {
      return one.from <= last && (!one.to || last < one.to) && !one.area;
    });
    return live.filter(function (one) { return one.level === "commune"; })[0] ||
      live.filter(function (one) { return one.level === "all"; })[0] || null;
  }

  function limits(kpi, ky) {
    var goal = target(kpi, ky), n = function (value) { return IOC.words.number(value, decimals(kpi, value)); };
    if (!goal || (kpi.targets || []).some(function (one) { return one.area; })) { return {}; }
    var rising = goal.target > goal.alert || (goal.target === goal.alert && kpi.direction !== "down");
    if (!rising && kpi.decimals === 0) {
      var next = goal.warn + 1 < goal.alert ? n(goal.warn + 1) + " – " + n(goal.alert) : n(goal.alert);
      return {g: goal.warn > 0 ? "0 – " + n(goal.warn) : n(goal.warn), w: next, b: "> " + n(goal.alert)};
    }
    if (rising) {
      return {g: "≥ " + n(goal.warn), w: n(goal.alert) + " – < " + n(goal.warn), b: "< " + n(goal.alert)};
    }
    return {g: "≤ " + n(goal.warn), w: "> " + n(goal.warn) + " – " + n(goal.alert), b: "> " + n(goal.alert)};
  }

  /* How to paint: one class name an area, in the order of the values, and the legend that explains them. */
  function paint(kpi, answer, mode, found) {
    var letters = answer.s.split("").map(state);
    var graded = letters.some(function (one) { return one.grade && one.grade !== "none"; });
    var byGrade = mode !== "gia-tri" && graded;
    var cut = byGrade ? null : found ? {at: found.at, automatic: true, way: found.way} : breaks(kpi, answer.v), count = cut ? cut.at.length + 1 : 0, entries = [];

    var classes = letters.map(function (one, i) {
      if (one.reason) { return "no-" + one.letter; }
      if (byGrade) { return "grade-" + one.letter; }
      return "seq-" + step(classOf(answer.v[i], cut.at), count);
    });
    function tally(name) { return classes.filter(function (one) { return one === name; }).length; }

    if (byGrade) {
      var words = limits(kpi, answer.p);
      ["g", "w", "b", "n"].forEach(function (letter) {
        if (letter === "n" && !tally("grade-n")) { return; }
        entries.push({name: "grade-" + letter, grade: GRADES[letter], label: say("grade." + GRADES[letter]),
          note: words[letter] || "", count: tally("grade-" + letter)});
      });
    } else {
      for (var i = 0; i < count; i++) {
        entries.push({name: "seq-" + step(i, count), label: range(kpi, cut.at[i - 1], cut.at[i]), note: "",
          count: tally("seq-" + step(i, count))});
      }
      entries.reverse();
    }
    ["x", "m", "z", "i", "h", "p"].forEach(function (letter) {
      if (tally("no-" + letter)) {
        entries.push({name: "no-" + letter, label: say("state." + REASONS[letter]), note: "", count: tally("no-" + letter)});
      }
    });
    return {classes: classes, states: letters, entries: entries, byGrade: byGrade, graded: graded,
      automatic: Boolean(cut && cut.automatic), way: cut && cut.way, at: cut && cut.at, small: letters.some(function (one) { return one.small && !one.reason; })};
  }

  /* Rank by value as shown, best first; equals share the better rank; small samples and no value have none. */
  function ranks(kpi, answer) {
    var sign = kpi.direction === "down" ? 1 : -1;
    var keyed = answer.v.map(function (value, i) {
      return value === null || answer.s[i] !== answer.s[i].toLowerCase() || state(answer.s[i]).reason ? null : sign * value;
    });
    var sorted = keyed.filter(function (key) { return key !== null; }).sort(function (a, b) { return a - b; });
    var first = new Map();
    sorted.forEach(function (key, i) { if (!first.has(key)) { first.set(key, i + 1); } });
    return {of: keyed.map(function (key) { return key === null ? null : first.get(key); }), count: sorted.length};
  }

  IOC.grades = {REASONS: REASONS, state: state, paint: paint, classOf: classOf, ranks: ranks, target: target};
})(window.IOC);
