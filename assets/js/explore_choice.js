/* Explorer's choices: KPIs, communes, periods, way, comparisons, conditions. Owns the controls beside the picture; what
   they change is the address and nothing else, and what they show is the state the server read from it. */
(function (IOC) {
  "use strict";
  var make = IOC.make, words = IOC.words, MOST = 6, TESTS = ["duoi", "toi-da", "bang", "toi-thieu", "tren"];
  function say(key, values) { return words.say("explore." + key, values); }
  function go(changes) { IOC.address.go(changes); }

  function button(text, act, name, more) {
    var node = make("button", Object.assign({type: "button", class: name || "button is-quiet", text: text}, more));
    node.addEventListener("click", act);
    return node;
  }
  function select(label, options, value, act) {
    var node = make("select", {"aria-label": label}, options.map(function (one) { return make("option", {value: one[0], text: one[1], selected: one[0] === value}); }));
    node.addEventListener("change", function () { act(node.value); });
    return node;
  }
  function labelled(text, node) { return make("label", {class: "choice-line"}, [make("span", {class: "label", text: text}), node]); }
  function part(title, children) { return make("section", {class: "choice"}, [make("h3", {text: title})].concat(children)); }

  /* A drawer that opens under its button; one is open at a time, Escape closes it. */
  function drawer(id, face, children) {
    var box = make("details", {class: "choice-drawer", id: id}, [make("summary", {class: "button is-quiet", text: face}), make("div", {class: "choice-box"}, children)]);
    box.addEventListener("toggle", function () {
      if (!box.open) { return; }
      document.querySelectorAll("details.choice-drawer[open]").forEach(function (other) { if (other !== box) { other.open = false; } });
      var search = box.querySelector("input[type=search]");
      if (search && window.innerWidth > 760) { search.focus(); }
      IOC.emit("drawer", id);
    });
    box.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && box.open) { box.open = false; box.querySelector("summary").focus(); event.stopPropagation(); }
    });
    return box;
  }

  function create(host, about) {
    var choice = {host: host, about: about, state: null, parts: {}};
    ["kpi", "area", "when", "way", "against", "filter"].forEach(function (name) {
      choice.parts[name] = host.appendChild(make("div", {class: "choice-part", "data-part": name}));
    });
    pickKpi(choice);
    pickArea(choice);
    return choice;
  }

  /* ---- KPIs ---- */
  function pickKpi(choice) {
    var search = make("input", {type: "search", class: "search", placeholder: say("find_kpi"), "aria-label": say("find_kpi"), autocomplete: "off"});
    var list = make("div", {class: "pick-list"});
    choice.kpiChips = make("ul", {class: "chips"});
    choice.kpiDrawer = drawer("pick-kpi", "+ " + say("add"), [search, list]);
    search.addEventListener("input", function () { narrow(list, search.value); });
    var catalogue = choice.about.catalogue, groups = catalogue.groups || [];
    groups.forEach(function (group) {
      var mine = Object.keys(catalogue.kpis).filter(function (id) { return catalogue.kpis[id].group === group.id; });
      if (!mine.length) { return; }
      list.appendChild(make("div", {class: "pick-group"}, [make("p", {class: "label", text: group.name})].concat(mine.map(function (id) {
        var node = button(catalogue.kpis[id].name, function () {
          var now = choice.state.kpi, has = now.indexOf(id) >= 0, next = has ? now.filter(function (one) { return one !== id; }) : now.concat(id);
          if (next.length && next.length <= MOST) { setKpis(choice, next); }
        }, "pick");
        node.dataset.id = id;
        node.dataset.name = catalogue.kpis[id].name + " " + (catalogue.kpis[id].short || "");
        return node;
      }))));
    });
    choice.kpiList = list;
    choice.parts.kpi.appendChild(part(say("indicators"), [choice.kpiChips, choice.kpiDrawer]));
  }

  /* Conditions on a KPI that leaves go with it. */
  function setKpis(choice, kpis) {
    var kept = choice.state.loc.filter(function (one) { return kpis.indexOf(one[0]) >= 0; });
    go({kpi: kpis.join(","), loc: written(kept)});
  }

  function narrow(list, query) {
    list.querySelectorAll(".pick-group").forEach(function (group) {
      var seen = 0;
      group.querySelectorAll("[data-name]").forEach(function (node) { node.hidden = !words.matches(node.dataset.name, query); seen += node.hidden ? 0 : 1; });
      group.hidden = !seen;
    });
  }

  function showKpis(choice) {
    var state = choice.state, kpis = choice.about.catalogue.kpis;
    choice.kpiChips.replaceChildren.apply(choice.kpiChips, state.kpi.map(function (id, at) {
      var name = kpis[id] ? kpis[id].name : id;
      return make("li", {class: "chip-item"}, [
        state.kpi.length > 1 && at > 0 ? button("↑", function () { var next = state.kpi.slice(); next.splice(at, 1); next.splice(at - 1, 0, id); setKpis(choice, next); }, "chip-move", {"aria-label": "↑ " + name, title: "↑"}) : null,
        make("span", {text: name}),
        state.kpi.length > 1 ? button("×", function () { setKpis(choice, state.kpi.filter(function (one) { return one !== id; })); }, "chip-drop", {"aria-label": say("remove", {name: name}), title: say("remove", {name: name})}) : null
      ]);
    }));
    choice.kpiList.querySelectorAll(".pick").forEach(function (node) {
      var on = state.kpi.indexOf(node.dataset.id) >= 0;
      node.setAttribute("aria-pressed", on ? "true" : "false");
      node.disabled = !on && state.kpi.length >= MOST;
      node.title = node.disabled ? say("most_kpis", {n: MOST}) : "";
    });
  }

  /* ---- communes ---- */
  function pickArea(choice) {
    var about = choice.about, search = make("input", {type: "search", class: "search", placeholder: say("find_area"), "aria-label": say("find_area"), autocomplete: "off"});
    var list = make("div", {class: "pick-list is-areas"}), order = about.areas.codes.map(function (_, i) { return i; });
    order.sort(function (a, b) { return words.compare(about.shorts[a], about.shorts[b]); });
    choice.boxes = [];
    choice.rows = order.map(function (i) {
      var box = make("input", {type: "checkbox"});
      box.addEventListener("change", function () { toggle(choice, about.areas.codes[i]); });
      choice.boxes[i] = box;
      var row = make("label", {class: "pick-area", "data-name": about.areas.names[i]}, [box, make("span", {text: about.shorts[i]})]);
      row.hidden = false;
      return row;
    });
    function find() {
      var shown = 0;
      choice.rows.forEach(function (row) { row.hidden = !words.matches(row.dataset.name, search.value) || shown >= 400; shown += row.hidden ? 0 : 1; });
    }
    search.addEventListener("input", find);
    find();
    list.append.apply(list, choice.rows);
    choice.groups = make("div", {class: "pick-groups"});
    (about.groups || []).forEach(function (group) {
      choice.groups.appendChild(button(group.name, function () { setAreas(choice, group.areas); }, "chip-item is-button", {title: group.names || ""}));
    });
    choice.groupLine = about.groups && about.groups.length ? make("div", {}, [make("p", {class: "label", text: say("groups")}), choice.groups]) : null;
    choice.mapHost = make("div", {class: "pick-map"});
    choice.similar = about.similar ? button(say("similar"), function () { addSimilar(choice); }) : null;
    choice.areaDrawer = drawer("pick-area", say("choose"), [
      make("div", {class: "pick-tools"}, [search, button(say("everything"), function () { setAreas(choice, null); }), choice.similar]),
      choice.groupLine, make("div", {class: "pick-both"}, [list, make("div", {}, [make("p", {class: "label", text: say("on_map")}), choice.mapHost])])
    ]);
    var merge = choice.merge = make("input", {type: "checkbox"});
    merge.addEventListener("change", function () { go({gop: merge.checked ? "co" : ""}); });
    choice.areaChips = make("ul", {class: "chips"});
    choice.parts.area.appendChild(part(say("communes"), [choice.areaChips, choice.areaDrawer, make("label", {class: "tick"}, [merge, make("span", {text: say("merge")})])]));
  }

  function setAreas(choice, codes) {
    var all = !codes || !codes.length || codes.length === choice.about.areas.codes.length;
    go({xa: all ? "" : codes.slice().sort().join(",")});
  }
  /* What is chosen as the address says it: the answer that confirms it may still be on its way. */
  function asked() {
    var codes = IOC.address.get().xa;
    return codes ? codes.split(",") : [];
  }
  function toggle(choice, code) {
    var now = asked(), next = now.indexOf(code) >= 0 ? now.filter(function (one) { return one !== code; }) : now.concat(code);
    setAreas(choice, next);
  }
  function addSimilar(choice) {
    var now = asked();
    if (!now.length) { IOC.toast(say("similar_none"), true); return; }
    choice.about.similar(now[0]).then(function (codes) { setAreas(choice, now.concat(codes.filter(function (one) { return now.indexOf(one) < 0; }))); })
      .catch(function (error) { IOC.toast(error.message, true); });
  }

  function showAreas(choice) {
    var about = choice.about, chosen = choice.state.xa, count = about.areas.codes.length;
    choice.boxes.forEach(function (box, i) { box.checked = Boolean(chosen && chosen.indexOf(about.areas.codes[i]) >= 0); });
    choice.merge.checked = choice.state.gop;
    var named = chosen && chosen.length <= 12 ? chosen : [];
    choice.areaChips.replaceChildren.apply(choice.areaChips, named.map(function (code) {
      var name = about.shorts[about.areas.codes.indexOf(code)] || code;
      return make("li", {class: "chip-item"}, [make("span", {text: name}), button("×", function () { toggle(choice, code); }, "chip-drop", {"aria-label": say("remove", {name: name})})]);
    }));
    choice.areaDrawer.firstChild.textContent = !chosen ? say("all", {n: words.number(count)}) : say("chosen", {n: words.number(chosen.length)});
    IOC.emit("explore-areas", choice);
  }

  /* ---- periods, way, comparisons ---- */
  function label(key) { return words.capital(words.period(key, true)); }

  function showWhen(choice) {
    var state = choice.state, keys = state.keys, at = keys.indexOf(state.shown);
    function plain(key) { return key.replace(/\.ytd$/, ""); }
    function step(by, text, sign) {
      var there = keys[at + by];
      return button(sign, function () { go({den: at + by === keys.length - 1 && !state.tu ? "" : plain(there)}); }, "step", {disabled: !there, "aria-label": words.say(text), title: words.say(text)});
    }
    var back = keys.slice().reverse();
    var from = [["", say("rolling_first")]].concat(back.filter(function (key) { return keys.indexOf(key) <= at; }).map(function (key) { return [plain(key), label(key)]; }));
    var to = [["", say("rolling_last")]].concat(back.map(function (key) { return [plain(key), label(key)]; }));
    choice.parts.when.replaceChildren(part(say("periods"), [
      state.kinds.length > 1 ? labelled(say("kind"), select(say("kind"), state.kinds, state.loai, function (kind) { go({loai: kind, tu: "", den: "", goc: ""}); })) : null,
      labelled(say("from"), select(say("from"), from, state.tu ? plain(state.tu) : "", function (key) { go({tu: key}); })),
      make("div", {class: "choice-line"}, [make("span", {class: "label", text: say("to")}), make("div", {class: "stepper"}, [
        step(-1, "when.earlier", "‹"),
        select(say("to"), to, state.den ? plain(state.den) : "", function (key) { go({den: key, tu: state.tu && key && plain(state.tu) > key ? "" : state.tu ? plain(state.tu) : ""}); }),
        step(1, "when.later", "›")])])
    ]));
  }

  function showWay(choice) {
    var state = choice.state, based = state.cach === "chi-so" || state.cach === "tu-goc";
    var bases = [["", say("first_of_range")]].concat(state.keys.map(function (key) { return [key.replace(/\.ytd$/, ""), label(key)]; }));
    choice.parts.way.replaceChildren(part(say("way"), [
      select(say("way"), state.ways, state.cach, function (way) { go({cach: way === "gia-tri" ? "" : way, goc: way === "chi-so" || way === "tu-goc" ? IOC.address.get().goc : ""}); }),
      based ? labelled(say("base"), select(say("base"), bases, state.goc ? state.goc.replace(/\.ytd$/, "") : "", function (key) { go({goc: key}); })) : null
    ]));
    choice.parts.against.replaceChildren(part(say("against"), ["muc-tieu", "tinh", "truoc"].map(function (name) {
      var box = make("input", {type: "checkbox", checked: state.so.indexOf(name) >= 0});
      box.addEventListener("change", function () {
        go({so: ["muc-tieu", "tinh", "truoc"].filter(function (one) { return one === name ? box.checked : state.so.indexOf(one) >= 0; }).join(",")});
      });
      return make("label", {class: "tick"}, [box, make("span", {text: say("against_of." + name)})]);
    })));
  }

  /* ---- conditions ---- */
  function written(conditions) {
    return conditions.map(function (one) { return one[0] + ":" + one[1] + ":" + Number(one[2].toFixed(6)); }).join(",");
  }

  function showFilter(choice) {
    var state = choice.state, kpis = choice.about.catalogue.kpis, host = choice.parts.filter;
    var chips = make("ul", {class: "chips"}, state.loc.map(function (one, at) {
      var kpi = kpis[one[0]] || {short: one[0], decimals: 1};
      var text = (kpi.short || kpi.name) + " " + say("test." + one[1]) + " " + words.number(one[2], one[2] % 1 ? Math.max(1, kpi.decimals) : 0);
      return make("li", {class: "chip-item"}, [make("span", {text: text}), button("×", function () {
        go({loc: written(state.loc.filter(function (_, i) { return i !== at; }))});
      }, "chip-drop", {"aria-label": say("drop_condition", {text: text})})]);
    }));
    if (state.loc.length && state.codes.length) {
      chips.appendChild(make("li", {}, [button(say("keep", {n: words.number(state.codes.length)}), function () { go({xa: state.codes.slice().sort().join(","), loc: ""}); }, "chip-item is-button")]));
    }
    if (host._form && host._key === state.kpi.join()) { host._chips.replaceWith(chips); host._chips = chips; return; }
    var which = select(say("conditions"), state.kpi.map(function (id) { return [id, kpis[id] ? kpis[id].short || kpis[id].name : id]; }), state.kpi[0], function () {});
    var test = select(say("condition_test"), TESTS.map(function (one) { return [one, say("test." + one)]; }), "duoi", function () {});
    var number = make("input", {type: "text", inputmode: "decimal", class: "number-box", placeholder: "0", "aria-label": say("condition_number"), title: say("condition_number"), autocomplete: "off"});
    var wrong = make("p", {class: "choice-wrong", role: "alert"});
    var form = make("form", {class: "condition"}, [which, test, number, make("button", {type: "submit", class: "button is-quiet", text: say("apply")}), wrong]);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var value = words.read(number.value);
      wrong.textContent = value === null ? say("bad_number", {text: number.value}) : "";
      number.setAttribute("aria-invalid", value === null ? "true" : "false");
      if (value === null) { number.focus(); return; }
      number.value = "";
      go({loc: written(choice.state.loc.concat([[which.value, test.value, value]]))});
    });
    host._form = form;
    host._chips = chips;
    host._key = state.kpi.join();
    host.replaceChildren(part(say("conditions"), [chips, form]));
  }

  function show(choice, state) {
    choice.state = state;
    showKpis(choice);
    showAreas(choice);
    showWhen(choice);
    showWay(choice);
    showFilter(choice);
  }

  document.addEventListener("pointerdown", function (event) {
    var open = document.querySelector("details.choice-drawer[open]");
    if (open && !open.contains(event.target)) { open.open = false; }
  });

  IOC.exploreChoice = {create: create, show: show, toggle: toggle};
})(window.IOC);
