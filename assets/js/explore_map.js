/* Explorer's maps: the published drawing painted with an analysis, and the small one that communes are chosen on. Owns
   both drawings and the tip of the large one; values and classes come with the answer. */
(function (IOC) {
  "use strict";
  var make = IOC.make, words = IOC.words, boot = IOC.boot, large = null, small = null, shown = null;
  function say(key, values) { return words.say(key, values); }

  function stage() {
    var map = IOC.map.create();
    IOC.zoom.attach(map, function () { settle(); });
    large = {map: map, legend: IOC.legend.create(map, function () {})};
    map.gradeOf = function (i) { return shown && shown.painted.byGrade ? shown.painted.states[i].grade : null; };
    IOC.legend.gaps(large.legend, [], null, null);
    return large;
  }

  function figure(i) {
    if (!shown || shown.answer.v[i] === null) { return ""; }
    return (shown.signed && shown.answer.v[i] > 0 ? "+" : "") + words.number(shown.answer.v[i], shown.kpi.decimals) + (shown.painted.states[i].reason ? "?" : shown.painted.states[i].small ? "*" : "");
  }
  function settle() {
    if (!large || !shown || !large.map.ready || !large.map.node.parentNode) { return; }
    IOC.legend.fit(large.legend);
    IOC.labels.arrange(large.map, function (i) { return shown.shorts[i]; }, figure);
    IOC.legend.measure(large.legend, boot.drawing.units_per_km);
  }

  /* Classes of a change or an index: below, about, above nothing; of a value those of the catalogue. */
  function painted(kpi, answer) {
    if (!answer.at) { return IOC.grades.paint(kpi, answer, "gia-tri"); }
    var states = answer.s.split("").map(IOC.grades.state), n = function (value) { return words.number(value, value % 1 ? Math.max(1, kpi.decimals) : 0); };
    var classes = answer.v.map(function (value, i) {
      if (value === null) { return "no-" + states[i].letter; }
      var at = 0;
      while (at < answer.at.length && value >= answer.at[at]) { at++; }
      return answer.names[at];
    });
    var entries = answer.names.map(function (name, i) {
      var label = i === 0 ? say("legend.below", {n: n(answer.at[0])}) : i === answer.at.length ? say("legend.from", {n: n(answer.at[i - 1])}) : say("legend.between", {low: n(answer.at[i - 1]), high: n(answer.at[i])});
      return {name: name, label: label, note: "", count: classes.filter(function (one) { return one === name; }).length};
    }).reverse();
    return {classes: classes, states: states, entries: entries, byGrade: false, graded: false, automatic: false, small: false};
  }

  /* Show an answer's map in `host`; true once it is painted. */
  function show(host, answer, about) {
    return Promise.all([IOC.supply.drawing(), IOC.supply.areas()]).then(function (all) {
      if (!large) { stage(); }
      var entry = about.catalogue.kpis[answer.kpi], kpi = Object.assign({}, entry, {unit: answer.unit, decimals: answer.decimals});
      if (answer.way !== "gia-tri") { kpi.classes = []; }
      if (large.map.node.parentNode !== host) { host.replaceChildren(large.map.node); }
      IOC.map.load(large.map, all[0], all[1]);
      shown = {answer: answer, kpi: kpi, painted: painted(kpi, answer), shorts: about.shorts, areas: all[1], signed: answer.way !== "gia-tri" && answer.way !== "chi-so", hidden: []};
      IOC.map.leave(large.map, []);
      IOC.map.paint(large.map, shown.painted.classes, function (i) { return all[1].names[i] + ": " + (figure(i) || reason(i)); });
      large.map.node.dataset.kpi = answer.kpi;
      IOC.labels.dress(large.map, figure);
      window.requestAnimationFrame(function () {
        window.setTimeout(function () {
          large.map.refit(true);
          legend();
          IOC.legend.sign(large.legend, {kpi: entry, stamp: say("map.edition", {n: words.number(answer.e)}), drawing: boot.drawing});
          settle();
        }, 0);
      });
      return true;
    });
  }

  /* The legend, and what it leaves out when somebody clicks it: a look of the moment, not part of the question. */
  function legend() {
    var answer = shown.answer, kpi = shown.kpi;
    IOC.legend.show(large.legend, {kpi: kpi, painted: shown.painted, period: answer.p, provisional: answer.provisional, hidden: shown.hidden,
      filter: function (names) { shown.hidden = names; IOC.map.leave(large.map, names); legend(); },
      whole: answer.whole === null ? say("state.missing") : words.quantity(answer.whole, kpi.unit, kpi.decimals)});
  }

  function reason(i) {
    var one = shown.painted.states[i];
    return one.letter === "o" ? "" : one.reason ? say("state." + one.reason) : "";
  }

  IOC.on("hover", function (over) {
    var here = large && shown && document.getElementById("explorer") && large.map.node.parentNode && !document.querySelector("details.choice-drawer[open]");
    if (!here || (over.map && over.map !== large.map)) { return; }
    IOC.map.hover(large.map, over.index);
    if (over.index >= 0 && large.map.paths[over.index] && shown.painted.states[over.index].letter !== "o") {
      IOC.card.show(IOC.card.area({name: shown.areas.names[over.index], state: Object.assign({}, shown.painted.states[over.index], {grade: shown.painted.byGrade ? shown.painted.states[over.index].grade : "none"}),
        value: shown.answer.v[over.index], kpi: shown.kpi, period: shown.answer.p}), large.map.paths[over.index].getBoundingClientRect(), large.map.body);
    } else { IOC.card.hide(); }
  });

  /* The small drawing: chosen communes are filled, a click adds or removes one. */
  IOC.on("explore-areas", function (choice) { if (choice.areaDrawer.open) { pick(choice); } else { choice.stale = true; } });
  IOC.on("drawer", function (id) { if (id === "pick-area" && IOC.explorer) { pick(IOC.explorer.choice); } });
  function pick(choice) {
    if (!boot.drawing || !choice) { return; }
    Promise.all([IOC.supply.drawing(), IOC.supply.areas()]).then(function (all) {
      if (!small) { small = IOC.map.create(); small.see = {k: 1}; small.refit = function () {}; }
      if (small.node.parentNode !== choice.mapHost) { choice.mapHost.replaceChildren(small.node); }
      IOC.map.load(small, all[0], all[1]);
      var chosen = choice.state.xa;
      IOC.map.paint(small, all[1].codes.map(function (code) { return !chosen ? "is-all" : chosen.indexOf(code) >= 0 ? "is-picked" : "is-left"; }), function (i) { return all[1].names[i]; });
    });
  }
  IOC.on("choice", function (what) {
    if (!small || !IOC.explorer || !document.getElementById("explorer") || what.index < 0 || (what.map && what.map !== small)) { return; }
    if (document.querySelector("#pick-area[open]")) { IOC.exploreChoice.toggle(IOC.explorer.choice, small.areas.codes[what.index]); }
  });

  IOC.exploreMap = {show: show};
})(window.IOC);
