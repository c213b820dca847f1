/* The page of a screen that is not enrolled: shows a code, waits until an operator has confirmed it, then opens the wall.
   Owns one request at a time and the words; works for weeks without a touch. */
(function () {
  "use strict";
  var boot = JSON.parse(document.getElementById("enrol-boot").textContent), words = boot.words;
  var ASK = "/api/enrol", CLAIM = "/api/enrol/claim", OWN = "/api/wall";
  var PACE = 3000, PATIENCE = 8000, LONGEST = 60000, CHECK = 5;
  var claim = null, ends = 0, misses = 0, turns = 0;

  function say(key, values) {
    return (words[key] || key).replace(/\{(\w+)\}/g, function (whole, name) { return values && name in values ? values[name] : whole; });
  }
  function write(id, text) {
    var node = document.getElementById(id);
    if (node.textContent !== text) { node.textContent = text; }
  }

  function send(url, body) {
    var stop = new AbortController(), fuse = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    var how = {cache: "no-store", credentials: "same-origin", signal: stop.signal, redirect: "error", headers: {Accept: "application/json"}};
    if (body) {
      how.method = "POST";
      how.body = JSON.stringify(body);
      how.headers = {Accept: "application/json", "Content-Type": "application/json", "X-IOC": "1"};
    }
    return fetch(url, how).then(function (answer) {
      return answer.json().then(function (said) { return {status: answer.status, said: said, refused: answer.headers.get("X-IOC-Refused")}; });
    }).finally(function () { window.clearTimeout(fuse); });
  }

  /* Whether this screen is in already: a token may have come back with its profile, or its range been put right. */
  function look() {
    return send(OWN).then(function (got) {
      if (got.status === 200 || got.status === 304) { open(boot.wall); return true; }
      write("why", got.refused ? got.said.error : "");
      return false;
    });
  }

  function open(address) {
    write("state", say("in"));
    window.location.replace(address);
  }

  function ask() {
    return send(ASK, {}).then(function (got) {
      if (got.status !== 200) { write("state", got.said.error || say("lost")); throw new Error("not now"); }
      claim = got.said.claim;
      ends = performance.now() + got.said.seconds * 1000;
      write("code", got.said.code);
      write("state", say("waiting"));
    });
  }

  function fetchToken() {
    return send(CLAIM, {claim: claim}).then(function (got) {
      if (got.status === 200) { open(got.said.next); return true; }
      if (got.status === 410) { claim = null; }
      else if (got.status !== 202) { throw new Error("answer " + got.status); }
      write("state", say("waiting"));
      return false;
    });
  }

  function turn() {
    var step = turns % CHECK === 0 ? look() : Promise.resolve(false);
    turns++;
    step.then(function (done) {
      if (done) { return true; }
      return claim ? fetchToken() : ask().then(function () { return false; });
    }).then(function (done) {
      misses = 0;
      if (!done) { next(PACE); }
    }).catch(function () {
      misses++;
      if (misses > 1) { write("state", say("lost")); }
      next(Math.min(LONGEST, PACE * Math.pow(2, misses - 1)));
    });
  }
  function next(wait) { window.setTimeout(turn, wait * (0.85 + Math.random() * 0.3)); }

  window.setInterval(function () {
    var left = Math.max(0, Math.round((ends - performance.now()) / 1000));
    write("left", claim && left ? say("left", {time: Math.floor(left / 60) + ":" + ("0" + left % 60).slice(-2)}) : "");
  }, 1000);
  turn();
})();
