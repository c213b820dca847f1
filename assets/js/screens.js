/* Screens: the forms of an operator, and the remote control of a leader. Owns what happens on elements that carry
   data-screen-… and data-remote…; what a screen shows and what was done to it, the server says. */
(function (IOC) {
  "use strict";
  var PAGE = "/man-hinh", REMOTE = "/man-hinh/dieu-khien", EVERY = 5000;

  function host() { return document.querySelector("#react-entry-point #page") || document; }
  function find(id) { return host().querySelector("#" + id); }
  function value(id) { var node = find(id); return node ? node.value.trim() : ""; }
  function here(path) { return IOC.address.get().path === path; }
  function renew() { IOC.put("pulse", {data: String(performance.now())}); }
  function said(result) { return result.said.message || result.said.error || IOC.words.say(result.ok ? "act.done" : "act.failed"); }

  function post(url, body, buttons) {
    buttons.forEach(function (one) { one.disabled = true; });
    return IOC.supply.post(url, body).then(function (result) {
      IOC.toast(said(result), !result.ok);
      if (result.ok) { renew(); }
      return result.ok;
    }).catch(function () { IOC.toast(IOC.words.say("act.unreachable"), true); return false; }).then(function (ok) {
      buttons.forEach(function (one) { one.disabled = false; });
      return ok;
    });
  }

  /* The list of screens in the form follows the cards; what was chosen stays chosen while it exists. */
  function targets() {
    var to = find("screen-to");
    if (!to) { return; }
    var kept = to.value, cards = Array.from(host().querySelectorAll(".screen-card"));
    var names = cards.map(function (card) { return card.dataset.device + " " + card.dataset.name; }).join("|");
    if (to.dataset.names === names) { return; }
    to.dataset.names = names;
    while (to.options.length > 1) { to.remove(1); }
    cards.map(function (card) { return [card.dataset.name, card.dataset.device]; }).sort(function (a, b) {
      return a[0].localeCompare(b[0], "vi");
    }).forEach(function (one) { to.add(new Option(one[0], one[1])); });
    to.value = cards.some(function (card) { return card.dataset.device === kept; }) ? kept : "";
    chosen();
  }

  function act(name) {
    var form = find("screen-order");
    form.dataset.act = name;
    form.querySelectorAll("[data-screen-act]").forEach(function (one) {
      one.setAttribute("aria-pressed", one.dataset.screenAct === name ? "true" : "false");
    });
  }

  /* Editing and revoking are for one screen at a time; the fields of editing show what is. */
  function chosen() {
    var form = find("screen-order"), number = find("screen-to").value;
    var card = number && host().querySelector('.screen-card[data-device="' + number + '"]');
    form.querySelectorAll('[data-screen-act="change"], [data-screen-act="revoke"]').forEach(function (one) { one.disabled = !card; });
    if (!card && /change|revoke/.test(form.dataset.act)) { act("push"); }
    if (!card) { return; }
    find("screen-change-name").value = card.dataset.name;
    find("screen-change-config").value = card.dataset.config;
    find("screen-change-ranges").value = card.dataset.ranges;
  }

  function order(buttons) {
    var kind = find("screen-order").dataset.act, number = value("screen-to"), reason = value("screen-reason");
    if (wants("screen-reason", reason.length < 3)) { return; }
    var url = "/api/screens/order", body = {act: kind, devices: number ? [Number(number)] : null, reason: reason};
    if (kind === "push") { body.scene = value("screen-scene"); }
    if (kind === "pin") { body.area = value("screen-area"); body.kpi = value("screen-kpi"); }
    if (kind === "takeover") {
      body.message = value("screen-message");
      if (wants("screen-message", !body.message)) { return; }
    }
    if (kind === "change" || kind === "revoke") { url = "/api/screens/" + number + "/" + kind; body = {reason: reason}; }
    if (kind === "change") {
      body.name = value("screen-change-name");
      body.screen = value("screen-change-config");
      body.ranges = value("screen-change-ranges");
    }
    post(url, body, buttons).then(function (ok) {
      if (ok) { find("screen-reason").value = ""; find("screen-message").value = ""; }
    });
  }

  function enrol(buttons) {
    var body = {
      code: value("screen-code"), name: value("screen-enrol-name"), screen: value("screen-enrol-config"),
      ranges: value("screen-enrol-ranges"), reason: value("screen-enrol-reason")
    };
    if (wants("screen-code", !body.code) || wants("screen-enrol-name", !body.name) || wants("screen-enrol-reason", body.reason.length < 3)) { return; }
    post("/api/screens/enrol", body, buttons).then(function (ok) {
      if (ok) { ["screen-code", "screen-enrol-name", "screen-enrol-reason"].forEach(function (id) { find(id).value = ""; }); }
    });
  }

  function wants(id, is) {
    var node = find(id);
    node.classList.toggle("is-wanting", is);
    if (is) { node.focus(); }
    return is;
  }

  /* The remote control: one screen, its scenes in order. */
  function walk(what) {
    var list = find("remote-scenes");
    if (!list) { return false; }
    var scenes = Array.from(list.querySelectorAll("[data-remote-scene]")).map(function (one) { return one.dataset.remoteScene; });
    var at = scenes.indexOf(list.dataset.shown), body = null;
    if (what === "toggle") { body = list.dataset.holds ? {scene: null, paused: false} : {scene: list.dataset.shown || null, paused: true}; }
    else if (what === "next") { body = {scene: scenes[(at + 1) % scenes.length], paused: true}; }
    else if (what === "previous") { body = {scene: scenes[(at < 1 ? scenes.length : at) - 1], paused: true}; }
    else if (scenes.indexOf(what) >= 0) { body = {scene: what, paused: true}; }
    if (!body || (body.scene === undefined)) { return false; }
    if (body.scene) { list.dataset.shown = body.scene; }
    list.dataset.holds = body.paused ? "1" : "";
    post("/api/screens/" + list.dataset.device + "/present", body, Array.from(host().querySelectorAll(".remote .button")));
    return true;
  }

  document.addEventListener("click", function (event) {
    var node = event.target.closest && event.target.closest("[data-screen-act], [data-screen-send], [data-screen-choose], [data-remote], [data-remote-scene]");
    if (!node) { return; }
    var data = node.dataset;
    if (data.screenAct) { act(data.screenAct); }
    else if (data.screenSend) { (data.screenSend === "enrol" ? enrol : order)([node]); }
    else if (data.screenChoose) {
      find("screen-to").value = data.screenChoose;
      chosen();
      find("screen-order").scrollIntoView({block: "start"});
      find("screen-to").focus({preventScroll: true});
    } else { walk(data.remote || data.remoteScene); }
  });
  document.addEventListener("change", function (event) { if (event.target.id === "screen-to") { chosen(); } });
  document.addEventListener("keydown", function (event) {
    if (event.target.matches && event.target.matches(".screen-text[rows='1']") && event.key === "Enter") { event.preventDefault(); return; }
    if (!here(REMOTE) || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) { return; }
    var key = event.key, scenes = host().querySelectorAll("[data-remote-scene]");
    var what = key === "ArrowRight" ? "next" : key === "ArrowLeft" ? "previous" : key === " " ? "toggle"
      : /^[1-9]$/.test(key) && scenes[key - 1] ? scenes[key - 1].dataset.remoteScene : null;
    if (what && walk(what)) { event.preventDefault(); }
  });

  /* These two pages show what screens say of themselves: they look again by themselves while somebody looks at them. */
  window.setInterval(function () {
    if (!document.hidden && (here(PAGE) || here(REMOTE))) { renew(); }
  }, EVERY);

  var watching = new MutationObserver(targets);
  IOC.on("page", function () {
    watching.disconnect();
    var list = find("screens");
    if (list) { targets(); watching.observe(list, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-name"]}); }
  });
})(window.IOC);
