/* Wall age: how old everything is and what state follows from it. Owns the clock of the screen, which is the server's
   word plus what has passed since by the steady clock; what this machine believes the time to be does not matter. */
(function (IOC) {
  "use strict";
  var say = IOC.words.say, STATES = ["fresh", "ageing", "stale", "source_down", "lost"];
  var AMBER = 2, RED = 6, PATIENCE = 8;  /* polls without an answer, beyond one slow answer, until it is said: calmly, then loudly */
  var told = null, mark = 0, slept = 0, heard = performance.now(), poll = 10, why = "";

  /* A document has come: its seconds count from now on. */
  function begin(doc) { told = doc; mark = performance.now(); slept = 0; poll = doc.fixed.poll; }

  /* Any good answer. Its Date tells when this machine has slept, for then the steady clock stood still. */
  function hear(date) {
    heard = performance.now();
    why = "";
    var said = Date.parse(date || "") / 1000;
    if (told && said) { slept = Math.max(0, said - told.now - (heard - mark) / 1000 - 2); }
  }

  function passed() { return (performance.now() - mark) / 1000 + slept; }
  function now() { return told ? told.now + passed() : null; }
  function silence() { return (performance.now() - heard) / 1000; }
  function lost() { return Boolean(why) || silence() > AMBER * poll + PATIENCE; }
  function grave() { return silence() > RED * poll + PATIENCE; }

  function edition() { return told && told.age !== null ? told.age + passed() : null; }

  /* State and age of one tile: the worst of its sources; a screen cut off from the server cuts off every tile. */
  function tile(one) {
    if (!told) { return {state: "lost", age: null}; }
    var worst = 0, oldest = null;
    (one.sources || []).forEach(function (id) {
      var source = told.sources[id];
      if (!source) { return; }
      var age = source.age === null ? null : source.age + passed();
      var level = source.down ? 3 : age === null || age > 2 * source.promise ? 2 : age > source.promise ? 1 : 0;
      worst = Math.max(worst, level);
      oldest = age === null ? oldest : Math.max(oldest || 0, age);
    });
    if (!(one.sources || []).length) { oldest = edition(); }
    if (one.by_scheduler && told.scheduler !== "ok") { worst = Math.max(worst, 2); }
    if (lost()) { worst = 4; }
    return {state: STATES[worst], age: oldest};
  }

  /* The whole screen: how many sources of what is configured stand at the worst state there is. */
  function screen(ids) {
    if (!told || lost()) { return {state: "lost", count: 0}; }
    var worst = 0, count = 0;
    ids.forEach(function (id) {
      var level = STATES.indexOf(tile({sources: [id]}).state);
      if (level > worst) { worst = level; count = 0; }
      if (level === worst) { count++; }
    });
    return {state: STATES[worst], count: count};
  }

  /* A length of time in words, without "ago". */
  function span(seconds) {
    var steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
    for (var i = 0; i < steps.length; i++) {
      var count = Math.floor(seconds / steps[i][1]);
      if (count >= 1) { return say(steps[i][0] + (count === 1 ? "" : "s"), {n: IOC.words.number(count)}); }
    }
    return say("seconds", {n: "0"});
  }

  /* Hours, minutes and date in province time, by the server's clock. */
  function local() {
    var at = now();
    if (at === null) { return null; }
    var date = new Date(at * 1000 + 7 * 3600e3);
    return {minutes: date.getUTCHours() * 60 + date.getUTCMinutes(), day: (date.getUTCDay() + 6) % 7, date: date};
  }

  IOC.age = {begin: begin, hear: hear, now: now, tile: tile, screen: screen, edition: edition, span: span, local: local, lost: lost, grave: grave,
    silence: silence, refused: function (reason) { why = reason; }, reason: function () { return why; }, scheduler: function () { return told && told.scheduler; }};
})(window.IOC);
