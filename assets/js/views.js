/* Views: the ways of looking at one KPI: map, equal squares, maps side by side, two KPIs at once, table. Owns the switch
   above the map, what is compared ("kpi@ky" in the address) and the list of the table; the state is in the address. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, NAMES = ["", "o", "so", "hai", "bang"], MOST = 3;

  function now() {
    var state = IOC.address.get();
    return state.path === "/ban-do" && NAMES.indexOf(state.xem) > 0 ? state.xem : "";
  }

  /* What stands beside the first map: [{kpi, ky}], either part empty where it follows the first. */
  function others() {
    return (IOC.address.get().voi || "").split(",").filter(Boolean).slice(0, MOST).map(function (text) {
      var parts = text.split("@");
      return {kpi: /^[a-z][a-z0-9_]{1,39}$/.test(parts[0]) ? parts[0] : "", ky: parts[1] || ""};
    });
  }
  function write(list) { return list.map(function (one) { return one.kpi + "@" + one.ky; }).join(","); }

  /* KPI and period that one of them has on this board: the period nearest to the wished one. */
  function settle(one, shown, catalogue, periods) {
    var id = catalogue.kpis[one.kpi] ? one.kpi : shown.id, keys = periods[id] || [], wish = one.ky || shown.period;
    var basis = IOC.controls.total(wish), alike = keys.filter(function (key) { return IOC.controls.total(key) === basis; });
    return {kpi: id, ky: keys.indexOf(wish) >= 0 ? wish : IOC.controls.nearest(alike.length ? alike : keys, wish) || ""};
  }

  /* Where nothing is chosen yet: a year before the first map, or the oldest period there is; of two KPIs the next of the group. */
  function usual(view, shown, catalogue, periods) {
    var keys = (periods[shown.id] || []).filter(function (key) { return IOC.words.kind(key) === IOC.words.kind(shown.period) && IOC.controls.total(key) === IOC.controls.total(shown.period); });
    if (view === "so") {
      var year = Number(shown.period.slice(0, 4)) - 1, before = year + shown.period.slice(4);
      return [{kpi: "", ky: keys.indexOf(before) >= 0 ? before : keys[0] === shown.period ? "" : keys[0] || ""}];
    }
    var all = Object.keys(catalogue.kpis).map(function (id) { return catalogue.kpis[id]; }).filter(function (kpi) { return kpi.level !== "province" && kpi.id !== shown.id; });
    var near = all.filter(function (kpi) { return kpi.group === shown.kpi.group; })[0] || all[0];
    return near ? [{kpi: near.id, ky: ""}] : [];
  }

  function go(view) {
    var shown = IOC.atlas.shown;
    if ((view === "so" || view === "hai") && !others().length && shown) {
      Promise.all([IOC.supply.catalogue(), IOC.supply.periods()]).then(function (all) {
        IOC.address.go({xem: view, voi: write(usual(view, shown, all[0], all[1]))});
      });
    } else { IOC.address.go({xem: view, an: ""}); }
  }

  /* A list of all KPIs that are known by commune, by group. */
  function kpis(catalogue, chosen, act, label) {
    var select = make("select", {"aria-label": label, class: "kpi-plain"});
    catalogue.groups.forEach(function (group) {
      var mine = Object.keys(catalogue.kpis).map(function (id) { return catalogue.kpis[id]; }).filter(function (kpi) { return kpi.group === group.id && kpi.level !== "province"; });
      if (mine.length) {
        select.appendChild(make("optgroup", {label: group.name}, mine.map(function (kpi) { return make("option", {value: kpi.id, text: kpi.short || kpi.name, selected: kpi.id === chosen}); })));
      }
    });
    select.addEventListener("change", function () { act(select.value); });
    return select;
  }

  function show() {
    var page = document.querySelector(".atlas"), host = document.getElementById("views"), view = now(), shown = IOC.atlas && IOC.atlas.shown;
    if (!page || !host) { return; }
    page.dataset.view = view;
    if (!shown || !shown.ranks) { return; }
    host.replaceChildren(IOC.controls.segment(say("views.title"), NAMES.filter(function (name) { return name !== "o" || shown.areas.mosaic; }).map(function (name) { return [name, say("views." + (name || "map"))]; }), view, go));
    if (view === "hai") {
      IOC.supply.catalogue().then(function (catalogue) {
        if (now() !== "hai" || host.querySelector(".kpi-plain")) { return; }
        host.appendChild(kpis(catalogue, shown.pair ? shown.pair.id : "", function (id) { IOC.address.go({voi: write([{kpi: id, ky: ""}]), an: ""}); }, say("views.second")));
      });
    }
    IOC.mosaic.show(IOC.atlas, view === "o");
    IOC.compare.show(IOC.atlas, view === "so");
    list(view === "bang");
  }

  /* The same content as a table: every commune with value, standing, class, rank and target; compared KPIs beside it. */
  function list(on) {
    var host = document.getElementById("map"), old = host && host.querySelector(".listing"), shown = IOC.atlas.shown;
    if (!on) { if (old) { old.remove(); } return; }
    Promise.all([IOC.supply.catalogue(), IOC.supply.periods()]).then(function (all) {
      var wanted = others().map(function (one) { return settle(one, shown, all[0], all[1]); });
      return Promise.all(wanted.map(function (one) { return IOC.supply.values(one.kpi, one.ky); })).then(function (answers) {
        if (now() !== "bang" || shown !== IOC.atlas.shown) { return; }
        var before = host.querySelector(".listing"), table = listing(shown, answers.map(function (answer, i) { return {kpi: all[0].kpis[wanted[i].kpi], answer: answer}; }));
        if (before) { before.replaceWith(table); } else { host.appendChild(table); }
      });
    });
  }

  function listing(shown, more) {
    var rows = shown.areas.names.map(function (name, i) { return i; }).filter(function (i) { return shown.hidden.indexOf(shown.painted.classes[i]) < 0; })
      .sort(function (a, b) { return (shown.ranks.of[a] || 1e9) - (shown.ranks.of[b] || 1e9) || IOC.words.collator.compare(shown.shorts[a], shown.shorts[b]); });
    var entry = {};
    shown.painted.entries.forEach(function (one) { entry[one.name] = one; });
    var goal = IOC.grades.target(shown.kpi, shown.period), heads = [say("ranking.rank"), say("ranking.name"), shown.kpi.short + " (" + shown.kpi.unit + ")", say("views.standing")]
      .concat(goal ? [say("views.goal")] : [], more.map(function (one) { return one.kpi.short + " (" + one.kpi.unit + "), " + IOC.words.period(one.answer.p, true); }));
    return make("div", {class: "listing"}, [make("table", {}, [
      make("caption", {text: say("map.title", {kpi: shown.kpi.name, period: IOC.words.period(shown.period)}) + ". " + say("map.source", {source: shown.kpi.source}) + ". " + say("map.edition", {n: IOC.words.number(shown.answer.e)})}),
      make("thead", {}, [make("tr", {}, heads.map(function (text) { return make("th", {scope: "col", text: text}); }))]),
      make("tbody", {}, rows.map(function (i) {
        var state = shown.painted.states[i], mine = entry[shown.painted.classes[i]];
        var to = IOC.address.write({path: "/so", kpi: shown.id, ky: shown.period, xa: shown.areas.codes[i], ban: IOC.address.get().ban});
        return make("tr", {"data-i": i}, [
          make("td", {class: "figures", text: shown.ranks.of[i] === null ? "–" : String(shown.ranks.of[i])}),
          make("th", {scope: "row"}, [make("a", {class: "go", href: IOC.address.write(Object.assign({}, IOC.address.get(), {xem: "", xa: shown.areas.codes[i], cap: "", thon: ""})), text: shown.areas.names[i]})]),
          make("td", {class: "figures"}, [shown.answer.v[i] === null ? make("span", {text: "–"}) : make("a", {class: "go passport-link", href: to, text: IOC.words.number(shown.answer.v[i], shown.kpi.decimals) + (state.small ? "*" : "")})]),
          make("td", {}, [make("span", {class: "swatch " + shown.painted.classes[i]}, state.grade && shown.painted.byGrade ? [IOC.legend.shape(state.grade)] : []), make("span", {text: mine ? IOC.words.capital(mine.label) : ""})])
        ].concat(goal ? [make("td", {class: "figures", text: IOC.words.number(goal.target, goal.target % 1 ? shown.kpi.decimals : 0)})] : [],
          more.map(function (one) { return make("td", {class: "figures", text: IOC.words.number(one.answer.v[i], one.kpi.decimals)}); })));
      }))
    ])]);
  }

  IOC.on("shown", show);
  IOC.on("filtered", function () { if (now() === "bang") { list(true); } });
  IOC.on("page", show);
  IOC.on("address", function (move) {
    if (move.now.path === "/ban-do" && (move.now.xem !== move.before.xem || move.now.voi !== move.before.voi)) { show(); }
  });

  IOC.views = {now: now, others: others, write: write, settle: settle, kpis: kpis, MOST: MOST};
})(window.IOC);
