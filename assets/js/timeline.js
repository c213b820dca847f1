/* Timeline: the slider under the map and its play button. Owns the walk through the periods of one kind and basis; what
   it changes is the address, and while it plays it leaves no trail in the history. Colours stay: breaks are locked. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, PACE = 1100;
  var line = {keys: [], at: -1, timer: 0, turn: 0, host: null};

  function build(host) {
    line.host = host;
    line.play = make("button", {type: "button", class: "timeline-play button is-quiet", "aria-pressed": "false"});
    line.range = make("input", {type: "range", min: 0, step: 1, class: "timeline-range", "aria-label": say("timeline.label")});
    line.first = make("span", {class: "timeline-end figures"});
    line.last = make("span", {class: "timeline-end figures"});
    line.now = make("output", {class: "timeline-now"});
    line.play.addEventListener("click", function () { if (line.timer) { stop(); } else { start(); } });
    line.range.addEventListener("input", function () { stop(); go(Number(line.range.value)); });
    host.replaceChildren(line.play, line.first, line.range, line.last, line.now);
    sign();
  }

  function sign() {
    if (!line.play) { return; }
    line.play.setAttribute("aria-pressed", line.timer ? "true" : "false");
    line.play.textContent = line.timer ? say("timeline.pause") : say("timeline.play");
  }

  function go(at) {
    if (line.keys[at]) { IOC.address.go({ky: line.keys[at]}, true); }
  }

  /* From the start when it stands at the end; the next period is asked for while the present one is looked at. */
  function start() {
    if (line.keys.length < 2) { return; }
    line.timer = window.setTimeout(function () {}, 0);
    sign();
    if (line.at >= line.keys.length - 1) { go(0); } else { next(); }
  }
  function next() {
    if (!line.timer || !line.host || !line.host.isConnected) { stop(); return; }
    if (line.at >= line.keys.length - 1) { stop(); return; }
    go(line.at + 1);
  }
  function stop() {
    window.clearTimeout(line.timer);
    line.timer = 0;
    sign();
  }

  IOC.on("shown", function (about) {
    var host = document.getElementById("timeline"), turn = ++line.turn;
    if (!host) { stop(); return; }
    IOC.supply.periods().then(function (all) {
      if (turn !== line.turn) { return; }
      var kind = IOC.words.kind(about.period), basis = IOC.controls.total(about.period);
      line.keys = (all[about.id] || []).filter(function (key) { return IOC.words.kind(key) === kind && IOC.controls.total(key) === basis; });
      line.at = line.keys.indexOf(about.period);
      host.hidden = line.keys.length < 2 || line.at < 0;
      if (host.hidden) { stop(); return; }
      if (line.host !== host) { build(host); }
      line.range.max = line.keys.length - 1;
      line.range.value = line.at;
      line.range.style.setProperty("--part", line.at / (line.keys.length - 1));
      line.range.setAttribute("aria-valuetext", IOC.words.period(about.period));
      line.first.textContent = IOC.words.period(line.keys[0], true);
      line.last.textContent = IOC.words.period(line.keys[line.keys.length - 1], true);
      line.now.textContent = IOC.words.capital(IOC.words.period(about.period));
      if (line.timer) {
        window.clearTimeout(line.timer);
        line.timer = window.setTimeout(next, PACE);
        if (line.keys[line.at + 1]) { IOC.supply.values(about.id, line.keys[line.at + 1]).catch(function () {}); }
      }
    });
  });
  IOC.on("address", function (move) {
    if (line.timer && ["kpi", "xa", "cap", "xem", "path"].some(function (name) { return move.now[name] !== move.before[name]; })) { stop(); }
  });
})(window.IOC);
