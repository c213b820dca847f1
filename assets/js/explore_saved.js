/* Explorer's saved analyses: a name for an address. Owns the list, saving, renaming and deleting; the server decides what
   may be done and whether an address can still be read. */
(function (IOC) {
  "use strict";
  var make = IOC.make, words = IOC.words, host = null, list = [], current = "", may = false;
  function say(key, values) { return words.say("explore." + key, values); }

  function button(text, act, name) {
    var node = make("button", {type: "button", class: name || "button is-quiet", text: text});
    node.addEventListener("click", act);
    return node;
  }

  function post(url, body) {
    return IOC.supply.post(url, body).then(function (result) {
      IOC.toast(result.said.message || result.said.error, !result.ok);
      return result.ok ? fetchAll() : null;
    }).catch(function () { IOC.toast(words.say("act.unreachable"), true); });
  }

  function fetchAll() {
    return fetch("/api/analyses", {credentials: "same-origin"}).then(function (answer) { return answer.ok ? answer.json() : {analyses: list, may: may}; }).then(function (said) {
      list = said.analyses;
      may = said.may;
      show();
    });
  }

  /* The saved analysis that the address stands for, if any. */
  function named() { return list.filter(function (one) { return one.query === current; })[0]; }

  function show() {
    if (!host) { return; }
    var mine = named(), name = make("input", {type: "text", class: "text-box", maxlength: 80, placeholder: say("save_name"), "aria-label": say("save_name"), autocomplete: "off"});
    var form = make("form", {class: "condition"}, [name, make("button", {type: "submit", class: "button is-quiet", text: say("save_do")})]);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      post("/api/analyses/save", {name: name.value, query: current});
    });
    host.replaceChildren(make("section", {class: "choice"}, [
      make("h3", {text: say("saved")}), may && !mine ? form : null,
      list.length ? make("ul", {class: "saved-list"}, list.map(row)) : make("p", {class: "quiet", text: say("saved_none")})
    ]));
    var title = document.getElementById("explore-name");
    if (title) { title.textContent = mine ? mine.name : ""; title.hidden = !mine; }
  }

  function row(one) {
    var node = make("li", {class: "saved" + (one.query === current ? " is-open" : "")}), acts = [];
    if (one.mine && may) {
      if (one.query !== current) { acts.push(button(say("save_again", {name: one.name}), function () { post("/api/analyses/" + one.id + "/change", {query: current}); }, "link-button")); }
      acts.push(button(say("rename"), function () { rename(node, one); }, "link-button"));
      acts.push(button(say("delete"), function () { sure(node, one); }, "link-button"));
    }
    var about = make("p", {class: "quiet", text: say("saved_by", {owner: one.owner, at: words.instant(one.at)})});
    node.append(one.wrong ? make("p", {text: one.name}) : make("a", {class: "go", href: "/phan-tich" + (one.query ? "?" + one.query : ""), text: one.name}), about);
    if (one.wrong) { node.append(make("p", {class: "choice-wrong", text: say("broken", {reason: one.wrong})})); }
    if (acts.length) { node.append(make("details", {class: "saved-acts"}, [make("summary", {text: "⋯", "aria-label": one.name}), make("div", {}, acts)])); }
    return node;
  }

  function rename(node, one) {
    var name = make("input", {type: "text", class: "text-box", maxlength: 80, value: one.name, "aria-label": say("save_name")});
    var form = make("form", {class: "condition"}, [name, make("button", {type: "submit", class: "button is-quiet", text: say("save_do")})]);
    form.addEventListener("submit", function (event) { event.preventDefault(); post("/api/analyses/" + one.id + "/rename", {name: name.value}); });
    node.replaceChildren(form);
    name.focus();
    name.select();
  }

  function sure(node, one) {
    node.replaceChildren(make("p", {text: say("delete_sure", {name: one.name})}), make("div", {class: "pick-tools"}, [
      button(say("yes"), function () { post("/api/analyses/" + one.id + "/delete", {}); }), button(say("no"), show)]));
  }

  /* The place on the page, and the address that would be saved. */
  function place(node, query) {
    var fresh = host !== node, moved = current !== query;
    host = node;
    current = query;
    if (fresh) { fetchAll(); } else if (moved) { show(); }
  }

  IOC.exploreSaved = {place: place};
})(window.IOC);
