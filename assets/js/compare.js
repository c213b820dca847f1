/* Compare: one to three more maps beside the first, each with its own KPI and period: two KPIs, two periods, before and
   after. Owns these maps and keeps them in step with the first: part shown, hover, choice, legend entries left out. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, boards = [], turn = 0, title = null, more = null, busy = false;

  function build(atlas) {
    var map = IOC.map.create(), one = {map: map, shown: null};
    IOC.zoom.attach(map, function () { settle(atlas, one); });
    one.legend = IOC.legend.create(map);
    one.head = make("div", {class: "compare-head"});
    map.node.classList.add("is-second");
    map.node.insertBefore(one.head, map.body);
    map.seen = function () { step(map); };
    map.gradeOf = function (i) { return one.shown && one.shown.painted.byGrade ? one.shown.painted.states[i].grade : null; };
    return one;
  }

  function settle(atlas, one) {
    IOC.labels.arrange(one.map, function (i) { return atlas.shorts[i]; }, figure(one));
    IOC.legend.measure(one.legend, IOC.boot.drawing.units_per_km);
  }
  function figure(one) {
    return function (i) {
      var shown = one.shown;
      return !shown || shown.answer.v[i] === null ? "" : IOC.words.number(shown.answer.v[i], shown.kpi.decimals) + (shown.painted.states[i].reason ? "?" : shown.painted.states[i].small ? "*" : "");
    };
  }

  /* All maps show the same part of the drawing. */
  function step(from) {
    if (busy) { return; }
    busy = true;
    [IOC.atlas.map].concat(boards.map(function (one) { return one.map; })).forEach(function (map) {
      if (map !== from && map.ready && map.node.isConnected) { map.follow(from.see); }
    });
    busy = false;
  }

  function show(atlas, on) {
    var host = atlas.host, mine = ++turn;
    if (!on || !host || atlas.shown.kpi.level === "province") { clear(atlas); return; }
    Promise.all([IOC.supply.drawing(), IOC.supply.catalogue(), IOC.supply.periods()]).then(function (all) {
      var list = IOC.views.others(), wanted = list.map(function (one) { return IOC.views.settle(one, atlas.shown, all[1], all[2]); }), state = IOC.address.get();
      return Promise.all(wanted.map(function (one) {
        return Promise.all([IOC.supply.values(one.kpi, one.ky), IOC.scale.breaks({kpi: one.kpi, ky: one.ky, mode: state.mau, way: IOC.scale.way(state)})]);
      })).then(function (answers) {
        if (mine !== turn) { return; }
        while (boards.length > wanted.length) { boards.pop().map.node.remove(); }
        host.classList.add("is-many");
        host.dataset.count = wanted.length + 1;
        head(atlas, list);
        wanted.forEach(function (one, at) { place(atlas, host, at, list, one, answers[at], all); });
        atlas.map.seen = function () { step(atlas.map); };
        window.requestAnimationFrame(function () { if (mine !== turn) { return; } if (atlas.map.inside >= 0) { IOC.drill.look(atlas); } else { atlas.map.refit(true); }
          step(atlas.map); boards.forEach(function (one) { one.map.refit(true); });
        });
      });
    });
  }

  function clear(atlas) {
    boards.forEach(function (one) { one.map.node.remove(); });
    boards = [];
    atlas.map.seen = null;
    if (title) { title.remove(); title = null; }
    if (atlas.host) { atlas.host.classList.remove("is-many"); delete atlas.host.dataset.count; }
  }

  /* Above the first map: what it shows, and the button that adds another. */
  function head(atlas, list) {
    if (title) { title.remove(); }
    more = make("button", {type: "button", class: "button is-quiet", text: say("compare.add"), disabled: list.length >= IOC.views.MOST});
    more.addEventListener("click", function () { IOC.address.go({voi: IOC.views.write(list.concat([{kpi: "", ky: list.length ? list[list.length - 1].ky : ""}]))}); });
    title = make("div", {class: "compare-head"}, [make("strong", {text: atlas.shown.kpi.short + ", " + IOC.words.period(atlas.shown.period)}), more]);
    atlas.map.node.insertBefore(title, atlas.map.body);
  }

  function place(atlas, host, at, list, wanted, found, all) {
    var one = boards[at] || (boards[at] = build(atlas)), kpi = all[1].kpis[wanted.kpi], areas = atlas.areas;
    if (one.map.node.parentNode !== host) { host.appendChild(one.map.node); }
    IOC.map.load(one.map, atlas.map.text, areas);
    one.map.paths.forEach(function (path) { if (path) { path.removeAttribute("id"); } });
    var painted = IOC.grades.paint(kpi, found[0], IOC.address.get().mau, found[1]);
    one.shown = {kpi: kpi, id: wanted.kpi, answer: found[0], period: found[0].p, painted: painted, ranks: IOC.grades.ranks(kpi, found[0]), areas: areas};
    IOC.map.paint(one.map, painted.classes, function (i) { return areas.names[i] + ": " + IOC.words.quantity(found[0].v[i], kpi.unit, kpi.decimals); });
    one.map.node.dataset.kpi = wanted.kpi;
    one.map.node.dataset.period = found[0].p;
    left(one);
    IOC.map.choose(one.map, atlas.shown.chosen);
    IOC.map.enter(one.map, atlas.map.inside);
    IOC.legend.gaps(one.legend, [], null, null, false);
    IOC.legend.sign(one.legend, {kpi: kpi, stamp: say("map.edition", {n: IOC.words.number(found[0].e)}), drawing: IOC.boot.drawing});
    IOC.labels.dress(one.map, figure(one));
    tools(one, at, list, wanted, all);
  }

  function left(one) {
    var painted = one.shown.painted, hidden = IOC.scale.hidden(painted), total = one.shown.answer.t;
    IOC.map.leave(one.map, hidden);
    IOC.legend.show(one.legend, {kpi: one.shown.kpi, painted: painted, period: one.shown.period, provisional: Boolean(total && total.st === "provisional"), whole: "",
      hidden: hidden, filter: IOC.scale.filter});
  }

  /* KPI and period of this map, and the button that takes it away. */
  function tools(one, at, list, wanted, all) {
    function change(what) {
      IOC.address.go({voi: IOC.views.write(list.map(function (old, i) { return i === at ? Object.assign({}, old, what) : old; }))});
    }
    var keys = all[2][wanted.kpi] || [], basis = IOC.controls.total(wanted.ky), kind = IOC.words.kind(wanted.ky);
    var when = make("select", {"aria-label": say("when.choose"), class: "period-plain"}, keys.filter(function (key) { return IOC.controls.total(key) === basis && IOC.words.kind(key) === kind; }).reverse().map(function (key) {
      return make("option", {value: key, text: IOC.words.capital(IOC.words.period(key)), selected: key === wanted.ky});
    }));
    when.addEventListener("change", function () { change({ky: when.value}); });
    var away = make("button", {type: "button", class: "button is-quiet", text: say("compare.remove"), "aria-label": say("compare.remove_aria", {kpi: one.shown.kpi.short})});
    away.addEventListener("click", function () {
      var rest = list.filter(function (old, i) { return i !== at; });
      IOC.address.go(rest.length ? {voi: IOC.views.write(rest)} : {voi: "", xem: ""});
    });
    one.head.replaceChildren(IOC.views.kpis(all[1], wanted.kpi, function (id) { change({kpi: id}); }, say("compare.kpi")), when, away);
  }

  IOC.on("hover", function (over) {
    boards.forEach(function (one) {
      if (!one.shown || !one.map.node.isConnected) { return; }
      IOC.map.hover(one.map, over.index);
      if (over.map === one.map && over.index >= 0) {
        var shown = one.shown;
        IOC.card.show(IOC.card.area({name: shown.areas.names[over.index], state: shown.painted.states[over.index], value: shown.answer.v[over.index], kpi: shown.kpi, period: shown.period,
          rank: shown.ranks.of[over.index], ranked: shown.ranks.count, goal: IOC.grades.target(shown.kpi, shown.period), estimated: false}), one.map.paths[over.index].getBoundingClientRect(), one.map.body);
      } else if (over.map === one.map) { IOC.card.hide(); }
    });
  });
  IOC.on("filtered", function () { boards.forEach(function (one) { left(one); IOC.labels.dress(one.map, figure(one)); }); });
  IOC.on("chosen", function (i) { boards.forEach(function (one) { IOC.map.choose(one.map, i); }); });
  IOC.on("entered", function (i) { boards.forEach(function (one) { IOC.map.enter(one.map, i); }); });
  IOC.on("theme", function () { boards.forEach(function (one) { IOC.labels.dress(one.map, figure(one)); }); });

  IOC.compare = {show: show};
})(window.IOC);
