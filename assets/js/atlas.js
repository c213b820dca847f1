/* Atlas: the conductor of a page with a map. Reads the address, asks the supply, and lets map, labels, legend, ranking
   and card show the same values; owns the order in which they are shown: paint first, all else after. */
(function (IOC) {
  "use strict";
  var boot = IOC.boot, villages = (boot.places || []).some(function (one) { return one.kind === "village"; }), say = IOC.words.say, make = IOC.make;
  var atlas = {host: null, map: null, turn: 0, layered: 0, shown: null, marked: -1, areas: null, shorts: null, catalogue: null};
  var aside = document.createElement("div");

  /* Beside other things the map is a picture: no layers, no way into a commune; a click leads to the page of the map. */
  function picture() { return IOC.address.get().path !== "/ban-do"; }
  function wanted() {
    var state = IOC.address.get(), kpi = state.kpi || boot.kpi;
    return {kpi: kpi, ky: state.ky, mode: state.mau, way: IOC.scale.way(state),
      gaps: (state.lop || "").split(",").filter(function (id) { return IOC.points.kinds.indexOf(id) >= 0; })};
  }

  function stage() {
    if (atlas.map) { return; }
    atlas.map = IOC.map.create();
    IOC.zoom.attach(atlas.map, settled);
    atlas.legend = IOC.legend.create(atlas.map);
    atlas.ranking = IOC.ranking.create();
    atlas.map.gradeOf = function (i) {
      var shown = atlas.shown;
      return shown && shown.painted.byGrade ? shown.painted.states[i].grade : null;
    };
    atlas.bar = make("div", {class: "progress", role: "progressbar", "aria-label": say("map.loading")});
    atlas.map.body.appendChild(atlas.bar);
    (atlas.host || aside).appendChild(atlas.map.node);
  }

  function label(i) { return atlas.shorts[i]; }
  function figure(i) {
    var shown = atlas.shown;
    if (!shown || shown.answer.v[i] === null || (wanted().gaps.length && !picture())) { return ""; }
    return IOC.words.number(shown.answer.v[i], shown.kpi.decimals) + (shown.painted.states[i].reason ? "?" : shown.painted.states[i].small ? "*" : "") +
      (shown.pair && shown.pair.answer.v[i] !== null ? " · " + IOC.words.number(shown.pair.answer.v[i], shown.pair.kpi.decimals) : "");
  }
  function spoken(i) {
    var shown = atlas.shown, one = shown.painted.states[i];
    return shown.areas.names[i] + ": " + (one.reason && shown.answer.v[i] === null ? say("state." + one.reason) : (one.reason ? say("state." + one.reason) + ", " : "") +
      IOC.words.quantity(shown.answer.v[i], shown.kpi.unit, shown.kpi.decimals) + (one.grade && one.grade !== "none" ? ", " + say("grade." + one.grade) : "")) +
      (shown.pair ? "; " + shown.pair.kpi.short + ": " + IOC.words.quantity(shown.pair.answer.v[i], shown.pair.kpi.unit, shown.pair.kpi.decimals) : "");
  }

  /* After a change of size, zoom or points (`moved`), or of values: labels move only if they must. */
  function settled(same) {
    IOC.legend.fit(atlas.legend);
    if (same !== "values" || !IOC.labels.suits(atlas.map, figure)) { IOC.labels.arrange(atlas.map, label, figure); }
    IOC.drill.name(atlas.map);
    if (boot.drawing) { IOC.legend.measure(atlas.legend, boot.drawing.units_per_km); }
  }

  /* Everything the address asks for, painted as soon as the values are here. */
  function update() {
    if (!IOC.supply.edition() || !boot.drawing) { return; }
    stage();
    var ask = wanted(), turn = ++atlas.turn;
    var late = window.setTimeout(function () { atlas.map.node.classList.add("is-loading"); }, 120);
    Promise.all([IOC.supply.drawing(), IOC.supply.areas(), IOC.supply.catalogue(), IOC.supply.values(ask.kpi, ask.ky), IOC.scale.breaks(ask), IOC.bivariate.second(ask)]).then(function (all) {
      window.clearTimeout(late);
      if (turn !== atlas.turn) { return; }
      atlas.map.node.classList.remove("is-loading");
      ready(ask, all[0], all[1], all[2], all[3], all[4], all[5]);
    }).catch(function (error) {
      window.clearTimeout(late);
      if (turn !== atlas.turn) { return; }
      atlas.map.node.classList.remove("is-loading");
      failed(ask, error);
    });
  }

  /* A period or KPI this edition does not have: go to what it has, and say nothing was lost. Else try again. */
  function failed(ask, error) {
    if (error.status === 400 || error.status === 404) {
      if (ask.ky) { IOC.address.go({ky: ""}, true); return; }
      if (ask.kpi !== boot.kpi) { IOC.address.go({kpi: ""}, true); return; }
    }
    window.setTimeout(update, 4000);
  }

  function ready(ask, text, areas, catalogue, answer, cut, pair) {
    var kpi = catalogue.kpis[ask.kpi], fresh = !atlas.map.ready;
    if (!atlas.shorts) {
      atlas.areas = areas;
      atlas.shorts = areas.names.map(function (name) { return name.replace(/^(Xã|Phường|Thị trấn|Đặc khu) /, ""); });
    }
    IOC.map.load(atlas.map, text, areas);
    var painted = pair ? IOC.bivariate.paint(kpi, answer, pair) : IOC.grades.paint(kpi, answer, ask.mode, cut);
    atlas.shown = {kpi: kpi, id: ask.kpi, answer: answer, period: answer.p, painted: painted, areas: areas, shorts: atlas.shorts,
      whole: answer.t && answer.t.v !== null ? IOC.words.quantity(answer.t.v, kpi.unit, kpi.decimals) : say("state.missing"),
      provisional: Boolean(answer.t && answer.t.st === "provisional"), chosen: index(IOC.address.get().xa), ranks: null, graded: painted.graded, hidden: IOC.scale.hidden(painted), filter: IOC.scale.filter, pair: pair, within: within()};
    IOC.map.leave(atlas.map, atlas.shown.hidden);
    IOC.map.paint(atlas.map, painted.classes, spoken);
    if (fresh && areas.provinces) { atlas.map.node.querySelector(".zoom-all").textContent = say("map.whole_country"); }
    if (fresh && atlas.host) { atlas.map.refit(); }
    atlas.map.node.dataset.kpi = ask.kpi;
    atlas.map.node.dataset.period = atlas.shown.period;
    atlas.map.node.dataset.edition = answer.e;
    IOC.labels.dress(atlas.map, figure);
    after(ask);
  }

  /* What may come a moment later than the paint: lists, legend and labels wait until the map is on the screen. */
  function after(ask) {
    var shown = atlas.shown;
    window.requestAnimationFrame(function () {
      window.requestAnimationFrame(function () {
        window.setTimeout(function () { if (shown === atlas.shown) { rest(ask, shown); } }, 0);
      });
    });
  }

  function rest(ask, shown) {
    shown.ranks = IOC.grades.ranks(shown.kpi, shown.answer);
    IOC.map.choose(atlas.map, picture() ? -1 : shown.chosen);
    beside();
    tellControls();
    legend();
    layers(ask);
    IOC.wake();
  }

  /* Villages: those of the kinds that are ticked, or all of the commune the map is inside. */
  function layers(ask) {
    var wanted = picture() || !villages ? [] : ask.gaps, inside = picture() ? -1 : IOC.drill.inside(atlas), turn = ++atlas.layered;
    if (IOC.drill.enter(atlas, inside)) { IOC.emit("entered", inside); IOC.map.choose(atlas.map, picture() ? -1 : atlas.shown.chosen); }
    IOC.legend.gaps(atlas.legend, wanted, null, picture() ? null : IOC.layers.turn, villages);
    IOC.layers.show(atlas.map, atlas.areas, !picture(), function () { if (atlas.host) { settled(""); } });
    if (!villages || (!wanted.length && inside < 0)) {
      var had = atlas.map.node.dataset.gaps > 0;
      if (had || !atlas.map.spotted) { IOC.points.show(atlas.map, [], []); }
      if (atlas.host) { settled(had ? "" : "values"); }
      return;
    }
    IOC.supply.places("village").then(function (found) {
      if (turn !== atlas.layered) { return; }
      var counts = IOC.points.show(atlas.map, found.points, wanted, inside >= 0 ? atlas.areas.codes[inside] : "");
      IOC.legend.gaps(atlas.legend, wanted, counts, IOC.layers.turn, villages);
      IOC.drill.mark(atlas.map);
      window.requestAnimationFrame(function () { if (turn === atlas.layered) { settled(atlas.map.spotted.length ? "" : "values"); } });
    });
  }

  function filtered() {
    var shown = atlas.shown;
    shown.hidden = IOC.scale.hidden(shown.painted);
    IOC.map.leave(atlas.map, shown.hidden);
    IOC.labels.dress(atlas.map, figure);
    legend();
    beside();
    IOC.emit("filtered", shown);
  }

  function legend() {
    var shown = atlas.shown;
    IOC.legend.show(atlas.legend, {kpi: shown.kpi, painted: shown.painted, period: shown.period, provisional: shown.provisional, whole: shown.whole,
      hidden: shown.hidden, filter: shown.filter});
    IOC.legend.sign(atlas.legend, {kpi: shown.kpi, stamp: say("map.edition", {n: IOC.words.number(shown.answer.e)}), drawing: boot.drawing});
  }

  function beside() {
    var table = document.getElementById("ranking"), ends = document.getElementById("ends"), head = document.getElementById("map-title");
    if (head) { head.textContent = say("map.title", {kpi: atlas.shown.kpi.name, period: IOC.words.period(atlas.shown.period)}); }
    if (table) {
      if (atlas.ranking.node.parentNode !== table) { table.replaceChildren(atlas.ranking.node); }
      IOC.ranking.show(atlas.ranking, atlas.shown);
      if (atlas.shown.chosen >= 0) { IOC.ranking.mark(atlas.ranking, "is-chosen", atlas.shown.chosen, atlas.shown.chosen !== atlas.marked); }
      atlas.marked = atlas.shown.chosen;
    }
    if (ends) {
      IOC.ranking.ends(ends, atlas.shown, 5, function (i) {
        return IOC.address.write({path: "/ban-do", kpi: atlas.shown.id, ky: IOC.address.get().ky, xa: atlas.areas.codes[i], ban: IOC.address.get().ban});
      });
    }
  }
  /* The communes beside the map: all, or those of the province it is inside of. */
  function within() {
    var at = IOC.drill.province(atlas.areas);
    return at < 0 ? null : {name: atlas.areas.provinces[at][1], has: function (i) { return atlas.areas.of[i] === at; }};
  }
  function tellControls() {
    var shown = atlas.shown, ask = wanted();
    IOC.emit("shown", {kpi: shown.kpi, id: shown.id, period: shown.period, graded: shown.graded, byGrade: shown.painted.byGrade, mode: ask.mode, way: ask.way, gaps: ask.gaps, pair: shown.pair});
  }

  function index(code) { return code && atlas.areas ? atlas.areas.codes.indexOf(code) : -1; }

  IOC.on("address", function (move) {
    var now = move.now, before = move.before;
    if (["/", "/ban-do", "/chi-so"].indexOf(now.path) < 0) { return; }
    function other(name) { return now[name] !== before[name]; }
    if (!atlas.shown || !atlas.shown.ranks || ["kpi", "ky", "mau", "chia", "ban", "path"].some(other)) { update(); return; }
    if (now.path !== "/ban-do") { return; }
    if ((now.xem === "hai" || before.xem === "hai") && ["xem", "voi"].some(other)) { update(); return; }
    if (other("xa")) { chosen(index(now.xa)); }
    if (other("an")) { filtered(); }
    if (other("tinh")) { atlas.shown.within = within(); beside(); }
    if (["tinh", "xa", "cap", "lop"].some(other)) { layers(wanted()); }
    if (other("thon")) { IOC.drill.mark(atlas.map); }
  });

  function chosen(i) {
    atlas.shown.chosen = atlas.marked = i;
    IOC.map.choose(atlas.map, i);
    IOC.ranking.mark(atlas.ranking, "is-chosen", i, true);
    IOC.emit("chosen", i);
  }

  IOC.on("choice", function (choice) {
    if (!atlas.areas || !atlas.host) { return; }
    IOC.card.hide();
    var code = choice.index >= 0 ? atlas.areas.codes[choice.index] : "";
    if (picture()) {
      if (code) { IOC.address.goto(IOC.address.write({path: "/ban-do", kpi: atlas.shown.id, ky: IOC.address.get().ky, xa: code, ban: IOC.address.get().ban})); }
    } else {
      IOC.address.go(IOC.drill.step(code, choice.deep));
    }
  });
  IOC.on("village", function (choice) {
    var point = atlas.map.gaps[choice.index], now = IOC.address.get();
    IOC.card.hide();
    IOC.address.go({xa: point[1] || now.xa, cap: "xa", thon: point[0]});
  });
  IOC.on("whole", function (map) {
    if (map === atlas.map && (IOC.address.get().cap || IOC.address.get().tinh) && !picture()) { IOC.address.go(IOC.drill.top()); }
  });

  IOC.on("hover", function (over) {
    if (!atlas.shown || !atlas.shown.ranks || !atlas.host) { return; }
    if (over.map && over.map !== atlas.map && !over.box && over.index >= 0) { IOC.map.hover(atlas.map, over.index); return; }
    IOC.map.hover(atlas.map, over.index);
    if (over.from !== "table") { IOC.ranking.mark(atlas.ranking, "is-hovered", over.index, over.from === "keys"); }
    if (over.point >= 0) {
      var point = atlas.map.gaps[over.point], lines = IOC.points.lines(point);
      lines.commune = atlas.areas.names[index(point[1])] || "";
      IOC.card.show(IOC.card.village(lines), {left: over.x, right: over.x, top: over.y, bottom: over.y}, atlas.map.body);
    } else if (over.index >= 0 && atlas.map.paths[over.index]) {
      IOC.card.show(IOC.card.area(about(over.index)), (over.box || atlas.map.paths[over.index]).getBoundingClientRect(), atlas.map.body);
    } else {
      IOC.card.hide();
    }
  });

  function about(i) {
    var shown = atlas.shown;
    return {name: shown.areas.names[i], state: shown.painted.states[i], value: shown.answer.v[i], kpi: shown.kpi, period: shown.period,
      rank: shown.ranks.of[i], ranked: shown.ranks.count, goal: IOC.grades.target(shown.kpi, shown.period), pair: shown.pair, second: shown.pair ? shown.pair.answer.v[i] : null,
      estimated: (shown.answer.es || []).indexOf(shown.areas.codes[i]) >= 0};
  }

  IOC.on("edition", function () { if (!IOC.address.get().ban) { update(); } });
  IOC.on("theme", function () { if (atlas.map && atlas.map.ready) { IOC.labels.dress(atlas.map, figure); } });

  /* Pages come and go; when one with a place for the map appears, the map moves in with all it shows. */
  function moveIn() {
    var host = document.getElementById("map");
    atlas.host = host;
    if (!host || !atlas.map) { return; }
    host.appendChild(atlas.map.node);
    if (!atlas.map.ready) { return; }
    atlas.map.refit(true);
    if (atlas.shown.ranks) { beside(); tellControls(); legend(); layers(wanted()); IOC.map.choose(atlas.map, picture() ? -1 : atlas.shown.chosen); }
  }
  IOC.on("page", moveIn);

  document.fonts.ready.then(function () { if (atlas.map && atlas.map.ready && atlas.host) { settled(); } });
  atlas.figure = figure;
  atlas.spoken = spoken;
  IOC.atlas = atlas;
  if (IOC.hasMap()) { update(); }
})(window.IOC);
