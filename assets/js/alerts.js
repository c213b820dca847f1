/* Alerts: the quiet count in the navigation and the two acts of a person. Owns what happens on elements that carry
   data-alert-act; what an alert is, the server says. */
(function (IOC) {
  "use strict";
  var PAGE = "/canh-bao", known = null, heard = null;

  function ask() {
    fetch("/api/alerts", {credentials: "same-origin"}).then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (said) {
      if (said) { known = said; mark(); }
    }).catch(function () { heard = null; });
  }

  /* The count stands beside the page's name wherever the navigation shows it, and only while something is open. */
  function mark() {
    if (!known) { return; }
    document.querySelectorAll('nav a[href="' + PAGE + '"]').forEach(function (link) {
      var badge = link.querySelector(".nav-count");
      if (!known.open) { if (badge) { badge.remove(); } return; }
      if (!badge) { badge = link.appendChild(IOC.make("span", {class: "nav-count"})); }
      badge.textContent = IOC.words.number(known.open);
      badge.title = known.badge;
      badge.setAttribute("aria-label", known.badge);
    });
  }

  function act(button) {
    var box = button.closest(".alert-acts"), reason = box.querySelector(".alert-reason");
    reason.classList.toggle("is-wanting", reason.value.trim().length < 3);
    if (reason.value.trim().length < 3) { reason.focus(); }
    var buttons = box.querySelectorAll("button");
    buttons.forEach(function (one) { one.disabled = true; });
    IOC.supply.post("/api/alerts/" + button.dataset.value + "/" + button.dataset.alertAct, {reason: reason.value}).then(function (result) {
      IOC.toast(result.said.message || result.said.error || IOC.words.say(result.ok ? "act.done" : "act.failed"), !result.ok);
      if (result.ok) { delete drafts[reason.id]; reason.value = ""; IOC.put("pulse", {data: String(performance.now())}); ask(); }
    }).catch(function () { IOC.toast(IOC.words.say("act.unreachable"), true); }).then(function () {
      buttons.forEach(function (one) { one.disabled = false; });
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-alert-act]");
    if (button) { act(button); }
  });
  /* What is being typed outlives the page's renewals: a new edition or another's act builds the cards anew. */
  var drafts = {}, typing = null;
  document.addEventListener("input", function (event) {
    if (event.target.matches(".alert-reason")) { drafts[event.target.id] = event.target.value; }
  });
  document.addEventListener("focusin", function (event) { typing = event.target.matches(".alert-reason") ? event.target.id : null; });
  function restore() {
    document.querySelectorAll("#alerts .alert-reason").forEach(function (box) {
      if (drafts[box.id] && !box.value) { box.value = drafts[box.id]; }
      if (box.id === typing && document.activeElement === document.body) { box.focus({preventScroll: true}); }
    });
  }
  var watching = new MutationObserver(restore);
  IOC.on("page", function () {
    watching.disconnect();
    var host = document.querySelector("#react-entry-point #alerts");
    if (host) { watching.observe(host, {childList: true, subtree: true}); }
  });

  IOC.on("told", function (body) {
    if (body.alerts !== heard) { heard = body.alerts; ask(); }
  });
  IOC.on("page", mark);
  IOC.on("alive", mark);
})(window.IOC);
