/* List of candidates: the choice among those that were handed in, and handing in another. Owns the select, the button
   and what the server says of a file; what a list must hold is checked there alone. */
(function (IOC) {
  "use strict";
  var MOST = 1500000, say = function (key, values) { return IOC.words.say("planning." + key, values); };
  var added = [];

  /* Fill the choice anew and keep what is chosen; a list that is not ours to see is still named. */
  function fill(select, lists, chosen) {
    var found = added.filter(function (one) { return !lists.some(function (other) { return other.id === one.id; }); }).concat(lists);
    if (chosen && !found.some(function (one) { return one.id === chosen; })) { found.push({id: chosen, words: say("listed_other", {n: chosen})}); }
    var options = [{id: "", words: say("listed_none")}].concat(found);
    select.replaceChildren.apply(select, options.map(function (one) { return IOC.make("option", {value: one.id, text: one.words}); }));
    select.value = chosen ? String(chosen) : "";
  }

  function build(given) {
    var select = IOC.make("select", {name: "listed", "aria-label": say("listed")});
    fill(select, given.lists, given.listed);
    if (!given.may) { return select; }
    var file = IOC.make("input", {type: "file", accept: ".xlsx,.csv", hidden: true, tabindex: -1}), told = IOC.make("p", {class: "plan-told", role: "status"});
    var button = IOC.make("button", {type: "button", class: "button is-quiet", text: say("hand_in")});
    button.addEventListener("click", function () { file.click(); });
    file.addEventListener("change", function () {
      var one = file.files[0];
      file.value = "";  // the same file, mended, is chosen again
      if (one) { send(one, select, button, told); }
    });
    return IOC.make("div", {class: "plan-list-choice"}, [select, button, file, IOC.make("p", {class: "quiet", text: say("list_help")}), told]);
  }

  function offer(host, given) {
    var select = host.querySelector("[name=listed]");
    if (select && document.activeElement !== select) { fill(select, given.lists, Number(select.value) || null); }
  }

  function send(file, select, button, told) {
    function tell(words, bad) {
      told.textContent = words;
      told.className = "plan-told" + (bad ? " is-bad" : "");
    }
    if (file.size > MOST) { tell(file.name + ": " + say("list_large"), true); return; }
    button.disabled = true;
    tell(say("sending", {file: file.name}));
    read(file).then(function (content) {
      return IOC.supply.post("/api/plans/lists", {file: file.name, content: content}).then(function (result) {
        tell(result.said.message || result.said.error || IOC.words.say("act.failed"), !result.ok);
        if (!result.ok) { return; }
        added = added.filter(function (one) { return one.id !== result.said.list.id; });
        added.unshift(result.said.list);
        var known = Array.from(select.options).slice(1).map(function (one) { return {id: Number(one.value), words: one.text}; });
        fill(select, known, result.said.list.id);
      }, function () { tell(IOC.words.say("act.unreachable"), true); });
    }, function () { tell(say("list_unread", {file: file.name}), true); }).then(function () { button.disabled = false; });
  }

  function read(file) {
    return new Promise(function (done, failed) {
      var reader = new FileReader();
      reader.onload = function () { done(String(reader.result).replace(/^[^,]*,?/, "")); };
      reader.onerror = failed;
      reader.readAsDataURL(file);
    });
  }

  IOC.planList = {build: build, offer: offer};
})(window.IOC);
