/* Search: the one box in the top bar. Owns asking as one types, the list of finds, its keys, and the addresses that finds
   lead to. What is found, and how it is told apart, comes from /api/search. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, WAIT = 90;
  var box = null, list = null, status = null, host = null, timer = 0, stop = null, at = -1, hits = [], asked = "", seen = "";

  function held(path) {
    var ban = IOC.address.get().ban;
    return ban ? path + (path.indexOf("?") < 0 ? "?" : "&") + "ban=" + ban : path;
  }

  /* Where a find leads: itself first, then the other view of it. */
  function ways(hit) {
    var code = encodeURIComponent(hit.code);
    if (hit.kind === "page") { return [[hit.code, null]]; }
    if (hit.kind === "province") { return [["/", null], ["/ban-do", "search.map"]]; }
    if (hit.kind === "kpi") { return [["/chi-so?kpi=" + code, null], ["/ban-do?kpi=" + code, "search.map"]]; }
    if (hit.kind === "village") { return [["/ban-do?xa=" + code, null], ["/xa/" + code, "search.profile"]]; }
    if (hit.heirs) { return [["/xa/" + hit.heirs[0][0], null]]; }
    return [["/xa/" + code, null], ["/ban-do?xa=" + code, "search.map"]];
  }

  function build() {
    box = make("input", {type: "search", class: "search", id: "search-box", role: "combobox", placeholder: say("search.label"), "aria-label": say("search.label"),
      title: say("search.key"), autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "100", "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list"});
    list = make("ul", {id: "search-list", class: "search-list", role: "listbox", "aria-label": say("search.results"), hidden: true});
    status = make("p", {class: "unseen", role: "status"});
    box.addEventListener("input", later);
    box.addEventListener("focus", function () { if (box.value.trim() && hits.length && box.value.trim() === seen) { open(true); } else { later(); } });
    box.addEventListener("keydown", keys);
    list.addEventListener("pointerdown", function (event) { if (event.pointerType === "mouse") { event.preventDefault(); } });
    list.addEventListener("click", function (event) { if (event.target.closest("a")) { leave(); } });
  }

  /* The box is made once and moves into whatever place the page now has for it, with what is typed in it. */
  function furnish() {
    var place = document.querySelector("#react-entry-point #search") || document.getElementById("search");
    if (!place || (host === place && box.parentNode === place)) { return; }
    if (!box) { build(); }
    var had = document.activeElement === box;
    host = place;
    host.replaceChildren(box, list, status);
    if (had) { box.focus(); }
  }

  function later() {
    window.clearTimeout(timer);
    var query = box.value.trim();
    if (!query) { asked = ""; show([], ""); return; }
    timer = window.setTimeout(function () { ask(query); }, WAIT);
  }

  function ask(query) {
    if (stop) { stop.abort(); }
    stop = new AbortController();
    asked = query;
    var ban = IOC.address.get().ban;
    fetch("/api/search?q=" + encodeURIComponent(query) + (ban ? "&ban=" + ban : ""), {credentials: "same-origin", signal: stop.signal}).then(function (answer) {
      if (!answer.ok) { throw new Error("answer " + answer.status); }
      return answer.json();
    }).then(function (found) { if (asked === query) { show(found.hits, query); } }).catch(function (error) {
      if (error.name !== "AbortError" && asked === query) { show(null, query); }
    });
  }

  function show(found, query) {
    hits = found || [];
    seen = query;
    at = -1;
    var rows = hits.map(row);
    if (query && !hits.length) { rows = [make("li", {class: "search-none", text: say(found ? "search.none" : "search.lost", {query: query})})]; }
    else if (hits.length && hits[0].near) { rows.unshift(make("li", {class: "search-none", text: say("search.near")})); }
    list.replaceChildren.apply(list, rows);
    status.textContent = query ? say("search.found", {n: hits.length}) : "";
    open(Boolean(query) && document.activeElement === box);
    mark(hits.length ? 0 : -1);
  }

  function row(hit, i) {
    var links = ways(hit), main = make("a", {class: "go search-main", href: held(links[0][0]), tabindex: "-1"}, [
      make("span", {class: "search-kind", text: say("search.group." + hit.kind)}), make("strong", {text: hit.name}), make("span", {class: "search-note", text: hit.note})]);
    var more = links.slice(1).map(function (one) { return make("a", {class: "go search-other", href: held(one[0]), text: say(one[1]), tabindex: "-1"}); });
    (hit.heirs || []).forEach(function (heir) { more.push(make("a", {class: "go search-other", href: held("/xa/" + heir[0]), text: heir[1], tabindex: "-1"})); });
    return make("li", {role: "option", id: "search-" + i, "data-i": i, "data-kind": hit.kind, "data-code": hit.code, "aria-selected": "false"},
      [main, more.length ? make("span", {class: "search-more"}, more) : null]);
  }

  function open(is) {
    list.hidden = !is || !list.firstChild;
    box.setAttribute("aria-expanded", list.hidden ? "false" : "true");
  }

  function mark(i) {
    at = i;
    list.querySelectorAll("[role=option]").forEach(function (one) {
      var is = Number(one.dataset.i) === i;
      one.setAttribute("aria-selected", is ? "true" : "false");
      if (is) { one.scrollIntoView({block: "nearest"}); }
    });
    if (i >= 0) { box.setAttribute("aria-activedescendant", "search-" + i); } else { box.removeAttribute("aria-activedescendant"); }
  }

  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { open(true); }
      if (hits.length) { mark((at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length); }
    } else if (event.key === "Enter") {
      var query = box.value.trim();
      if (query && query === seen && hits[at]) { event.preventDefault(); IOC.address.goto(held(ways(hits[at])[0][0])); window.scrollTo(0, 0); leave(); }
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (!list.hidden) { open(false); } else { box.value = ""; later(); box.blur(); }
    }
  }

  function leave() {
    box.value = "";
    asked = "";
    show([], "");
    box.blur();
  }

  document.addEventListener("pointerdown", function (event) { if (list && !event.target.closest("#search")) { open(false); } });
  document.addEventListener("focusin", function (event) { if (list && !event.target.closest("#search")) { open(false); } });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) { return; }
    if (event.target.closest("input, textarea, select, [contenteditable]")) { return; }
    event.preventDefault();
    box.focus();
    box.select();
  });
  IOC.on("page", furnish);
  IOC.on("alive", furnish);
  document.addEventListener("DOMContentLoaded", furnish);
  IOC.search = {furnish: furnish};
})(window.IOC);
