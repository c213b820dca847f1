/* Numbers held back: the two decisions of a person. Owns what happens on elements that carry data-hold-act; what is
   held and why, the server says. */
(function (IOC) {
  "use strict";
  function decide(button) {
    var box = button.closest(".alert-acts"), reason = box.querySelector(".alert-reason");
    reason.classList.toggle("is-wanting", reason.value.trim().length < 3);
    if (reason.value.trim().length < 3) { reason.focus(); }
    var buttons = box.querySelectorAll("button");
    buttons.forEach(function (one) { one.disabled = true; });
    IOC.supply.post("/api/holds/" + button.dataset.value + "/" + button.dataset.holdAct, {reason: reason.value}).then(function (result) {
      IOC.toast(result.said.message || result.said.error || IOC.words.say(result.ok ? "act.done" : "act.failed"), !result.ok);
      if (result.ok) { reason.value = ""; IOC.watcher.hurry(); IOC.put("pulse", {data: String(performance.now())}); }
    }).catch(function () { IOC.toast(IOC.words.say("act.unreachable"), true); }).then(function () {
      buttons.forEach(function (one) { one.disabled = false; });
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-hold-act]");
    if (button) { decide(button); }
  });
})(window.IOC);
