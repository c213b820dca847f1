/* Wall stage: the scenes of a screen, all of them standing, one of them seen. Owns which is shown and for how long, the
   plan for the screen's real size, the foot line and what lies over everything; window.WALL is how a person turns pages. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, age = IOC.age, FADE = 400;
  var stage = document.getElementById("stage"), frame = stage.appendChild(make("div", {class: "frame"}));
  var doc = null, plan = null, built = "", scenes = {}, shown = null, since = 0, index = 0, held = 0, leaving = 0;
  var wanted = IOC.boot.scene;  /* an address may name the scene to begin and stay with, for a look at it */

  var parts = {};
  [["clock", "foot-clock figures"], ["date", "foot-date"], ["edition", "foot-edition"], ["chip", "foot-chip"]].forEach(function (one) {
    parts[one[0]] = make("span", {class: one[1]});
  });
  var hold = make("div", {class: "hold figures", hidden: true});
  var foot = make("footer", {class: "wall-foot"}, [parts.clock, parts.date, parts.edition, hold, parts.chip]);
  var banner = make("div", {class: "banner", role: "alert", hidden: true});
  var over = make("div", {class: "takeover", role: "alert", hidden: true}, [make("p", {class: "takeover-from", text: say("wall.takeover")}), make("p", {class: "takeover-words"})]);
  var enrol = make("div", {class: "enrol", hidden: true}, [make("h1", {text: say("wall.enrol_title")}), make("p", {text: say("wall.enrol_text")}), make("div", {id: "enrol-room"})]);
  var opening = make("p", {class: "opening", text: say("wall.opening")});
  frame.append(opening, foot, banner, over, enrol);

  function write(node, words) {
    if (node.textContent === words) { return; }
    node.textContent = words;
    if (node === parts.edition || node === parts.chip || node === hold) { parts.edition.style.visibility = parts.edition.scrollWidth > parts.edition.clientWidth + 1 ? "hidden" : ""; }
  }
  function see(node, seen) { if (node.hidden === seen) { node.hidden = !seen; } }

  /* The widest plan that is no wider than this screen; letters keep their share of the picture. */
  function choose(plans) {
    var ratio = window.innerWidth / window.innerHeight, best = plans[0];
    plans.forEach(function (one) { if (one.ratio <= ratio * 1.01) { best = one; } });
    return best;
  }
  function measure() {
    plan = choose(doc.fixed.plans);
    document.documentElement.style.fontSize = plan.unit * Math.min(window.innerHeight, window.innerWidth / plan.ratio) + "px";
  }

  /* A document: what is new is drawn, what is the same is left alone. Scenes are mounted once. */
  function take(found) {
    var first = !doc, before = doc && doc.order.seq;
    doc = found;
    age.begin(found);
    var fixed = found.fixed, structure = JSON.stringify([fixed.plans, fixed.screen, fixed.drawing, fixed.communes, fixed.pin, Object.keys(fixed.scenes).map(function (id) {
      return [id, fixed.scenes[id].name, fixed.scenes[id].tiles.map(function (tile) { return tile.kind; })];
    })]);
    see(enrol, false);
    if (opening.parentNode) { opening.remove(); }
    if (structure !== built) { build(); built = structure; }
    Object.keys(scenes).forEach(function (id) { draw(id, false); });
    if (first || before !== found.order.seq) { obey(first); }
    IOC.emit("document", found);
    tick();
  }

  function build() {
    measure();
    Object.keys(scenes).forEach(function (id) { scenes[id].node.remove(); });
    scenes = {};
    Object.keys(doc.fixed.scenes).forEach(function (id) {
      var scene = doc.fixed.scenes[id];
      var nodes = scene.tiles.map(function (tile) { return make("article", {class: "tile is-" + tile.kind + (tile.lead ? " is-lead" : "")}, [make("div", {class: "tile-body"})]); });
      var head = make("header", {class: "scene-head"}, [make("h1", {text: scene.name}), make("p", {}, [make("span", {class: "head-place", text: doc.fixed.province}), make("span", {class: doc.fixed.demonstration ? "head-notice" : "", text: doc.fixed.demonstration ? say("wall.demonstration") : doc.fixed.screen.name})])]);
      var node = make("section", {class: "scene", "data-scene": id, "aria-label": scene.name}, [head].concat(nodes));
      frame.insertBefore(node, foot);
      scenes[id] = {node: node, tiles: nodes, marks: [], fixed: null};
    });
    var keep = shown;
    shown = null;
    if (keep && scenes[keep]) { reveal(keep); }
  }

  function draw(id, again) {
    var scene = scenes[id], found = doc.fixed.scenes[id], boxes = plan.scenes[id];
    found.fixed = doc.fixed;
    found.boxes = boxes;
    scene.tiles.forEach(function (node, i) {
      var box = boxes[i], tile = found.tiles[i];
      if (box) {
        ["left", "top", "width", "height"].forEach(function (side, k) { node.style[side] = box[k] * 100 + "%"; });
      }
      if (again || scene.marks[i] !== tile.mark) {
        scene.marks[i] = tile.mark;
        IOC.tiles.fill(node, tile, box, found);
      }
      if (box) { IOC.tiles.mark(node, tile); }
    });
  }

  /* Rotation of the hour, by the server's clock. */
  function hour() {
    var at = age.local(), screen = doc.fixed.screen;
    if (!at) { return null; }
    return screen.hours.filter(function (one) {
      var late = one.from > one.to, day = late && at.minutes < one.to ? (at.day + 6) % 7 : at.day;
      var inside = late ? at.minutes >= one.from || at.minutes < one.to : at.minutes >= one.from && at.minutes < one.to;
      return inside && one.days.indexOf(day) >= 0;
    });
  }
  function rotation() {
    var found = hour().filter(function (one) { return one.rotation.length; })[0];
    return (found ? found.rotation : doc.fixed.screen.rotation).filter(function (turn) { return scenes[turn[0]]; });
  }
  function light() { return hour().reduce(function (least, one) { return Math.min(least, one.dim); }, 1); }

  /* What the operator ordered: a scene, a message, a pause, or the rotation again. */
  function obey(first) {
    var order = doc.order, turns = rotation();
    if (order.scene && scenes[order.scene]) { reveal(order.scene); } else if (first) { reveal(wanted && scenes[wanted] ? wanted : turns[0] && turns[0][0]); }
    IOC.emit("order", order);
  }

  function reveal(id) {
    var scene = scenes[id];
    if (!scene) { return; }
    since = performance.now();
    rotation().some(function (turn, i) { if (turn[0] === id) { index = i; return true; } return false; });
    if (id === shown) { return; }
    var before = scenes[shown];
    Object.keys(scenes).forEach(function (name) { scenes[name].node.classList.remove("is-shown", "is-leaving"); });
    if (before) { before.node.classList.add("is-leaving"); }
    scene.node.classList.add("is-shown");
    shown = id;
    window.clearTimeout(leaving);
    leaving = window.setTimeout(function () { if (before) { before.node.classList.remove("is-leaving"); } }, FADE);
    mend(id);
    IOC.emit("scene", id);
  }

  /* A map that could not be drawn is tried again whenever its scene comes round. */
  function mend(id) {
    var broken = scenes[id].tiles.some(function (node) { return node.dataset.painted && node.dataset.painted !== String(doc.fixed.communes.codes.length); });
    if (broken) { draw(id, true); }
  }

  function step(by) {
    var turns = rotation();
    if (!turns.length) { return; }
    index = (index + by + turns.length) % turns.length;
    reveal(turns[index][0]);
  }

  function turning() { return doc && !doc.order.scene && !doc.order.paused && !wanted && performance.now() >= held; }

  /* Once a second: ages, clock, chip, and whether the next scene's turn has come. The only timer of the picture. */
  function tick() {
    if (!doc) { return; }
    var turns = rotation(), now = performance.now();
    if (turning() && shown) {
      var turn = turns[index % turns.length];
      if (turn && turn[0] !== shown && !turns.some(function (one) { return one[0] === shown; })) { reveal(turn[0]); }
      if (turn && now - since >= turn[1] * 1000 && turns.length > 1) { step(1); }
    } else if (!turning() && held) {
      since = now;
    }
    if (held && now >= held) { resume(); }
    scenes[shown] && doc.fixed.scenes[shown].tiles.forEach(function (tile, i) {
      if (plan.scenes[shown][i]) { IOC.tiles.mark(scenes[shown].tiles[i], tile); }
    });
    dress();
  }

  /* An upright screen has no room in its foot for the longer words. */
  function brief() { return plan && plan.ratio < 1 ? "_brief" : ""; }

  function dress() {
    var at = age.local(), is = age.screen(sources()), fixed = doc.fixed, two = function (n) { return (n < 10 ? "0" : "") + n; };
    var time = two(Math.floor(at.minutes / 60)) + ":" + two(at.minutes % 60), d = at.date;
    var date = say("wall.date", {weekday: say("wall.weekday_" + d.getUTCDay()), day: two(d.getUTCDate()), month: two(d.getUTCMonth() + 1), year: d.getUTCFullYear()});
    var edition = fixed.edition ? say("wall.edition", {n: IOC.words.number(fixed.edition), at: fixed.published, age: IOC.words.age(age.edition())}) : say("wall.no_edition");
    write(parts.clock, time);
    write(parts.date, date);
    write(parts.edition, fixed.edition ? say("wall.edition_short", {n: IOC.words.number(fixed.edition), age: IOC.words.age(age.edition())}) : edition);
    [["time", time], ["date", date], ["edition", edition]].forEach(function (one) {
      frame.querySelectorAll('[data-clock="' + one[0] + '"]').forEach(function (node) { write(node, one[1]); });
    });
    var silent = age.scheduler() !== "ok" && is.state !== "lost", span = age.span(age.silence());
    write(parts.chip, silent && is.state === "fresh" ? say("wall.scheduler") : say("wall.chip_" + is.state, {n: String(is.count), time: span}));
    foot.dataset.state = silent && is.state === "fresh" ? "stale" : is.state;
    stage.dataset.state = is.state;
    stage.style.setProperty("--light", light());
    see(banner, is.state === "lost");
    if (is.state === "lost") {
      write(banner, say("wall.banner_" + (age.reason() ? "session" : "lost") + brief(), {time: span}));
      banner.dataset.grave = age.grave() ? "yes" : "";
    }
    see(over, Boolean(doc.order.message));
    write(over.lastChild, doc.order.message || "");
    var left = held ? Math.ceil((held - performance.now()) / 1000) : 0;
    see(hold, left > 0 || Boolean(doc.order.scene));
    write(hold, left > 0 ? say("wall.paused" + brief(), {time: age.span(left)}) : say("wall.pinned"));
  }

  function sources() {
    var found = {};
    Object.keys(doc.fixed.scenes).forEach(function (id) {
      doc.fixed.scenes[id].tiles.forEach(function (tile) { (tile.sources || []).forEach(function (one) { found[one] = true; }); });
    });
    return Object.keys(found);
  }

  function pause(seconds) { held = performance.now() + seconds * 1000; tick(); IOC.emit("pause", seconds); }
  function resume() { held = 0; since = performance.now(); tick(); IOC.emit("pause", 0); }

  /* This device may not see anything (any more): nothing stays, and no form to log in is ever shown. */
  function banish() {
    doc = null;
    built = "";
    shown = null;
    Object.keys(scenes).forEach(function (id) { scenes[id].node.remove(); });
    scenes = {};
    [banner, hold, over].forEach(function (node) { see(node, false); });
    if (opening.parentNode) { opening.remove(); }
    see(enrol, true);
    stage.dataset.state = "lost";
    IOC.emit("enrol", document.getElementById("enrol-room"));
  }

  /* Burn-in: the whole picture wanders by a few pixels, so that no edge stays where it was. */
  var ORBIT = [[0, 0], [4, 0], [4, 4], [0, 4], [-4, 4], [-4, 0], [-4, -4], [0, -4], [4, -4]], place = 0;
  function wander() {
    place = (place + 1) % ORBIT.length;
    frame.style.transform = "translate(" + ORBIT[place][0] + "px," + ORBIT[place][1] + "px)";
  }

  function again() {
    if (!doc) { return; }
    measure();
    Object.keys(scenes).forEach(function (id) { draw(id, true); });
    tick();
  }
  window.addEventListener("resize", again);
  document.fonts.addEventListener("loadingdone", again);  /* what fitted was measured with another face */

  IOC.stage = {take: take, tick: tick, wander: wander, banish: banish, shown: function () { return shown; }, document: function () { return doc; }};
  window.WALL = {
    show: function (id) { wanted = null; reveal(id); }, next: function () { wanted = null; step(1); }, previous: function () { wanted = null; step(-1); },
    pause: pause, resume: resume, on: IOC.on, scenes: function () { return doc ? rotation().map(function (turn) { return turn[0]; }) : []; },
    state: function () { return {scene: shown, held: Math.max(0, Math.ceil((held - performance.now()) / 1000)), state: stage.dataset.state || "lost"}; }
  };
})(window.IOC);
