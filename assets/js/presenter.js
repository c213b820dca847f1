/* Presenter: a leader or an aide walks the scenes at the screen itself, by keys or by touch. Owns keys, touch, full screen
   and the sheet that explains them; turning pages and the countdown are the stage's (window.WALL). A screen that is
   not enrolled, or not any more, is led from here to the page where it is let in. */
(function (IOC) {
  "use strict";
  var WALL = window.WALL, say = IOC.words.say, make = IOC.make;
  var TOUCH = 60, SPACE = 600, SWIPE = 80, ENROL = "/tuong/ghi-danh", sheet = null, from = null;

  var KEYS = [["← →", "arrows"], [say("present.space"), "space"], ["1 – 9", "digits"], ["F", "full"], ["?", "help"], [say("present.touch"), "touch"]];

  function walk(turn) { turn(); WALL.pause(TOUCH); }
  function toggle() { if (WALL.state().held > 0) { WALL.resume(); } else { WALL.pause(SPACE); } }
  function full() {
    if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen().catch(function () {}); }
  }

  function help() {
    if (sheet) { sheet.remove(); sheet = null; return; }
    var rows = KEYS.map(function (key) {
      return make("div", {class: "presenter-key"}, [make("dt", {text: key[0]}), make("dd", {text: say("present.key_" + key[1])})]);
    });
    var close = make("button", {type: "button", class: "presenter-close", text: say("present.close")});
    close.addEventListener("click", help);
    sheet = make("section", {class: "presenter", role: "dialog", "aria-label": say("present.help")}, [make("h2", {text: say("present.help")}), make("dl", {}, rows), close]);
    document.getElementById("stage").appendChild(sheet);
    close.focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    var key = event.key, scenes = WALL.scenes(), at = /^[1-9]$/.test(key) ? scenes[key - 1] : null;
    if (key === "Escape" && sheet) { help(); }
    else if (key === "?") { help(); }
    else if (key === "ArrowRight" || key === "ArrowDown" || key === "PageDown") { walk(WALL.next); }
    else if (key === "ArrowLeft" || key === "ArrowUp" || key === "PageUp") { walk(WALL.previous); }
    else if (key === " ") { if (event.target.closest("button")) { return; } toggle(); }
    else if (key === "f" || key === "F") { full(); }
    else if (at) { walk(function () { WALL.show(at); }); }
    else { return; }
    event.preventDefault();
  });

  /* Any touch stops the rotation for a minute; a swipe turns the page. */
  document.addEventListener("pointerdown", function (event) {
    from = event.clientX;
    if (!event.target.closest("button, a")) { WALL.pause(TOUCH); }
  });
  document.addEventListener("pointerup", function (event) {
    var way = from === null ? 0 : event.clientX - from;
    from = null;
    if (Math.abs(way) > SWIPE) { walk(way < 0 ? WALL.next : WALL.previous); }
  });

  IOC.on("enrol", function () {
    if (IOC.boot.feed === "/api/wall") { window.location.replace(ENROL); }
  });
})(window.IOC);
