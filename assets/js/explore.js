/* Explorer: the conductor of the page of analyses. Reads the address, asks for its document once, shows picture, words
   and table in that order, and keeps what was shown until the next is here. */
(function (IOC) {
  "use strict";
  var make = IOC.make, words = IOC.words, PATH = "/phan-tich", KEPT = 40;
  var VIEWS = ["duong", "cot", "cham", "nhiet", "tuong-quan", "phan-bo", "o-nho", "ban-do", "ban-do-bang", "bang"];
  var page = null, places = {}, kept = new Map(), turn = 0, shown = null, explorer = IOC.explorer = {choice: null, table: null, about: null};
  function say(key, values) { return words.say("explore." + key, values); }
  function here() { return IOC.address.get().path === PATH && page; }

  /* The question of the address, without what belongs to the table's order. */
  function question() {
    var asked = new URLSearchParams(window.location.search);
    asked.delete("sap");
    if (!asked.get("ban") && IOC.supply.edition()) { asked.set("ban", IOC.supply.edition()); }
    return asked.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
  }
  function width() { return Math.max(300, Math.floor((places.picture.clientWidth || 900) / 20) * 20); }

  function ask(url) {
    if (kept.has(url)) { return Promise.resolve(kept.get(url)); }
    return fetch(url, {credentials: "same-origin"}).then(function (answer) {
      return answer.json().then(function (body) {
        if (answer.status === 400) { return {faults: body.faults || [{text: body.error}]}; }
        if (!answer.ok) { throw new Error(body.error || answer.statusText); }
        kept.set(url, body);
        if (kept.size > KEPT) { kept.delete(kept.keys().next().value); }
        return body;
      });
    });
  }

  function update() {
    if (!here() || !IOC.supply.edition()) { return; }
    var mine = ++turn, query = question(), url = "/api/analysis?" + (query ? query + "&" : "") + "theme=" + IOC.theme.get() + "&rong=" + width();
    var late = window.setTimeout(function () { page.classList.add("is-loading"); }, 120);
    ask(url).then(function (answer) {
      window.clearTimeout(late);
      if (mine !== turn || !here()) { return; }
      page.classList.remove("is-loading");
      if (answer.faults) { refuse(answer.faults); return; }
      places.fault.replaceChildren();
      page.classList.remove("is-refused");
      picture(answer, url);
    }).catch(function (error) {
      window.clearTimeout(late);
      if (mine !== turn || !here()) { return; }
      page.classList.remove("is-loading");
      places.fault.replaceChildren(make("p", {class: "explore-note", role: "status", text: say("failed", {reason: error.message})}));
      window.setTimeout(function () { if (mine === turn) { update(); } }, 4000);
    });
  }

  /* An address that cannot be read: what is wrong, part by part; the choices and the last picture stay. */
  function refuse(faults) {
    page.classList.add("is-refused");
    places.fault.replaceChildren(make("div", {class: "explore-fault", role: "alert"}, [
      make("p", {text: words.say("explore.fault_lead")}),
      make("ul", {}, faults.map(function (one) { return make("li", {text: one.text}); })),
      make("p", {class: "quiet", text: words.say("explore.fault_remedy")}),
      make("a", {class: "go button is-quiet", href: PATH, text: words.say("explore.fault_again")})
    ]));
    if (!shown) { ready().then(function () { IOC.emit("explore-ready"); }); }
  }

  function picture(answer, url) {
    var draws = answer.map ? ready().then(function () { return IOC.exploreMap.show(places.map, answer.map, explorer.about); })
      : answer.figure ? IOC.chart.draw(places.chart, answer.figure) : Promise.resolve(true);
    places.map.hidden = !answer.map;
    places.chart.hidden = !answer.figure;
    if (!answer.figure) { IOC.chart.clear(places.chart); }
    places.empty.textContent = answer.empty || "";
    if (answer.title !== places.title.textContent) { places.title.textContent = answer.title; }
    places.line.textContent = answer.line;
    draws.then(function (done) {
      if (done === false) { return; }
      page.dataset.shown = url;
      after(answer);
    });
  }

  /* What may come a moment after the picture: remarks, table, choices. */
  function after(answer) {
    shown = answer;
    window.requestAnimationFrame(function () {
      window.setTimeout(function () { if (shown === answer && here()) { rest(answer); } }, 0);
    });
  }

  function rest(answer) {
    var state = answer.state;
    places.source.textContent = answer.source;
    places.notes.replaceChildren.apply(places.notes, answer.notes.length ? [make("h3", {text: say("notes")}), make("ul", {}, answer.notes.map(function (text) { return make("li", {text: text}); }))] : []);
    page.classList.toggle("has-map", Boolean(answer.map));
    page.classList.toggle("is-table", state.xem === "bang");
    page.classList.toggle("has-both", state.xem === "ban-do-bang");
    views(state);
    sheet(answer);
    acts(state, answer);
    canonical(answer);
    ready().then(function () {
      if (shown !== answer) { return; }
      IOC.exploreChoice.show(explorer.choice, state);
      IOC.exploreSaved.place(places.saved, clean(answer.address));
    });
    IOC.emit("explored", answer);
  }

  function clean(query) { return IOC.address.get().ban ? query : query.replace(/(^|&)ban=\d+/, "").replace(/^&/, ""); }

  /* Write the address as the server would write it, so that the same question is always the same link. */
  function canonical(answer) {
    var query = clean(answer.address), sort = IOC.address.get().sap;
    if (sort) {
      var held = query.match(/(^|&)ban=\d+$/);
      query = held ? query.slice(0, held.index) + "&sap=" + sort + "&" + held[0].replace("&", "") : (query ? query + "&" : "") + "sap=" + sort;
      query = query.replace(/^&/, "");
    }
    if (query !== window.location.search.replace(/^\?/, "")) { IOC.address.goto(PATH + (query ? "?" + query : ""), true); }
  }

  function views(state) {
    if (!places.views.firstChild) {
      VIEWS.forEach(function (view) {
        var button = make("button", {type: "button", "data-view": view, text: say("view." + view)});
        button.addEventListener("click", function () { IOC.address.go({xem: view === "duong" ? "" : view}); });
        places.views.appendChild(button);
      });
    }
    places.views.querySelectorAll("button").forEach(function (button) { button.setAttribute("aria-pressed", button.dataset.view === state.xem ? "true" : "false"); });
  }

  function passport(kpi, code, period, whole) {
    if (shown.state.cach !== "gia-tri" || (code === null && !whole)) { return null; }
    return IOC.address.write({path: "/so", kpi: kpi, ky: period, xa: whole ? "" : code, ban: IOC.address.get().ban});
  }

  function sheet(answer) {
    places.table.hidden = !answer.table;
    if (!answer.table) { places.table.replaceChildren(); return; }
    if (!explorer.table) { explorer.table = IOC.table.create(function (sort) { IOC.address.go({sap: sort}, true); }); }
    if (explorer.table.node.parentNode !== places.table) { places.table.replaceChildren(make("h3", {text: say("table")}), explorer.table.node); }
    IOC.table.show(explorer.table, answer.table, IOC.address.get().sap, passport, say("table"));
  }

  function acts(state, answer) {
    function button(text, act, name) {
      var node = make("button", {type: "button", class: "button is-quiet", text: text, "data-do": name});
      node.addEventListener("click", act);
      return node;
    }
    var held = IOC.address.get().ban, always = state.xem === "bang" || state.xem === "ban-do-bang";
    places.acts.replaceChildren.apply(places.acts, [
      always ? null : button(say(state.bang ? "hide_table" : "show_table"), function () { IOC.address.go({bang: state.bang ? "" : "co"}); }, "table"),
      button(say("copy"), function () {
        window.navigator.clipboard.writeText(window.location.href).then(function () { IOC.toast(say("copied")); }, function () { IOC.toast(say("copy_failed"), true); });
      }, "copy"),
      held ? null : button(say("freeze", {n: words.number(answer.e)}), function () {
        window.location.assign(IOC.address.write(Object.assign({}, IOC.address.get(), {ban: String(answer.e)})));
      }, "freeze")
    ].filter(Boolean));
  }

  function similar(code) {
    return fetch("/api/analysis/similar?xa=" + code, {credentials: "same-origin"}).then(function (answer) {
      return answer.json().then(function (body) { if (!answer.ok) { throw new Error(body.error); } return body.areas; });
    });
  }

  /* Names and catalogue, once; the choices are built when they are here. */
  var readying = null;
  function ready() {
    var tools = places.tools;
    if (explorer.choice && explorer.choice.host === tools) { return Promise.resolve(); }
    readying = readying && readying.tools === tools ? readying : {tools: tools, done: Promise.all([IOC.supply.areas(), IOC.supply.catalogue()]).then(function (all) {
      var shorts = all[0].names.map(function (name) { return name.replace(/^(Xã|Phường|Thị trấn|Đặc khu) /, ""); });
      explorer.about = {areas: all[0], catalogue: all[1], shorts: shorts, groups: JSON.parse(page.dataset.groups || "[]"), similar: similar};
      explorer.choice = IOC.exploreChoice.create(tools, explorer.about);
    })};
    return readying.done;
  }

  IOC.on("page", function (node) {
    page = node && node.id === "explorer" ? node : null;
    if (!page) { return; }
    ["tools", "views", "fault", "title", "line", "picture", "chart", "map", "empty", "source", "notes", "acts", "table", "saved"].forEach(function (name) { places[name] = document.getElementById("explore-" + name); });
    shown = null;
    update();
  });
  IOC.on("address", function (move) {
    if (move.now.path !== PATH) { return; }
    if (move.before.path === PATH && move.now.sap !== move.before.sap && explorer.table && shown && shown.table) { IOC.table.sortBy(explorer.table, move.now.sap); }
    update();
  });
  IOC.on("edition", function () { if (!IOC.address.get().ban) { update(); } });
  IOC.on("theme", update);
  var wide = 0, later = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(later);
    later = window.setTimeout(function () { if (here() && width() !== wide) { wide = width(); update(); } }, 150);
  });
})(window.IOC);
