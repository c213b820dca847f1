/* Jobs: work that the server does in the background. Starts one, follows it with a thin bar and the words for what it
   does, cancels it, and fetches its file when it is done. Other scripts call IOC.jobs.start and hear "job". */
(function (IOC) {
  "use strict";
  var KEY = "ioc.jobs", SLOWEST = 4000, say = IOC.words.say, shown = {}, tray = null;

  function remembered() { try { return JSON.parse(window.sessionStorage.getItem(KEY)) || []; } catch (error) { return []; } }
  function remember() {
    var open = Object.keys(shown).filter(function (id) { return !over(shown[id].job); });
    try { window.sessionStorage.setItem(KEY, JSON.stringify(open)); } catch (error) { return; }
  }
  function over(job) { return job.state !== "queued" && job.state !== "running"; }

  /* The tray stands outside of what Dash renews. */
  function host() {
    if (!tray) {
      tray = document.body.appendChild(IOC.make("section", {class: "jobs", role: "status", "aria-live": "polite", "aria-label": say("jobs.title")}));
    }
    return tray;
  }

  function card(job) {
    var bar = IOC.make("progress", {class: "job-bar", max: 1, "aria-label": job.title});
    var word = IOC.make("p", {class: "job-word"}), acts = IOC.make("p", {class: "job-acts"});
    var node = host().appendChild(IOC.make("article", {class: "job", "data-job": job.id}, [IOC.make("h2", {text: job.title}), bar, word, acts]));
    return {job: job, node: node, bar: bar, word: word, acts: acts};
  }

  function button(words, act) {
    var made = IOC.make("button", {type: "button", class: "button is-quiet", text: words});
    made.addEventListener("click", act);
    return made;
  }

  function paint(held) {
    var job = held.job, state = over(job) ? job.state : job.cancelling ? "cancelling" : job.state;
    held.word.textContent = job.state === "running" && !job.cancelling ? say("jobs.far", {word: job.said, share: IOC.words.quantity(100 * job.progress, "%")}) : job.said;
    if (job.state === "queued") { held.bar.removeAttribute("value"); } else { held.bar.value = job.progress; }
    held.bar.hidden = over(job);
    if (held.state === state) { return; }
    held.state = state;
    held.node.className = "job is-" + state;
    held.acts.replaceChildren();
    if (job.url) {
      held.acts.appendChild(IOC.make("a", {class: "button", href: job.url, download: "", text: say("jobs.fetch")}));
    }
    if (over(job)) { held.acts.appendChild(button(say("jobs.close"), function () { drop(job.id); })); }
    if (!over(job) && !job.cancelling) { held.acts.appendChild(button(say("jobs.cancel"), function () { cancel(held); })); }
  }

  function drop(id) {
    if (shown[id]) { shown[id].node.remove(); delete shown[id]; remember(); }
  }

  function cancel(held) {
    IOC.supply.post("/api/jobs/" + held.job.id + "/cancel").then(function (result) {
      if (result.ok) { take(held, result.said.job); } else { IOC.toast(result.said.error, true); }
    }).catch(function () { IOC.toast(say("act.unreachable"), true); });
  }

  /* A file that this page asked for is fetched by itself, once; one that was found again after a reload waits for a click. */
  function take(held, job) {
    var before = held.job;
    held.job = job;
    paint(held);
    remember();
    IOC.emit("job", job);
    if (job.state === "done" && before.state !== "done" && held.fetches && job.url) {
      var link = document.body.appendChild(IOC.make("a", {href: job.url, download: "", hidden: true}));
      link.click();
      link.remove();
    }
    if (job.state === "cancelled") { window.setTimeout(function () { drop(job.id); }, 3000); }
  }

  function follow(held, wait) {
    if (over(held.job)) { return; }
    window.setTimeout(function () {
      fetch("/api/jobs/" + held.job.id, {credentials: "same-origin"}).then(function (answer) {
        if (answer.status === 404) { drop(held.job.id); return; }
        return answer.ok ? answer.json().then(function (said) { take(held, said.job); }) : null;
      }).catch(function () { return null; }).then(function () {
        if (shown[held.job.id]) { follow(held, Math.min(wait * 1.4, SLOWEST)); }
      });
    }, wait);
  }

  function hold(job, fetches) {
    var held = shown[job.id] || (shown[job.id] = card(job));
    var known = held.state !== undefined;
    held.fetches = held.fetches || fetches;
    take(held, job);
    if (!known) { follow(held, 400); }
    return held;
  }

  /* Asks the server for a job; the promise gives the job, or null after a refusal that has been shown. */
  function start(kind, parameters, edition, options) {
    var body = {parameters: parameters};
    if (edition) { body.edition = edition; }
    return IOC.supply.post("/api/jobs/start/" + kind, body).then(function (result) {
      if (!result.ok) { IOC.toast(result.said.error || say("act.failed"), true); return null; }
      hold(result.said.job, !(options && options.keep));
      return result.said.job;
    }).catch(function () { IOC.toast(say("act.unreachable"), true); return null; });
  }

  IOC.jobs = {start: start, hold: hold};

  document.addEventListener("DOMContentLoaded", function () {
    remembered().forEach(function (id) {
      fetch("/api/jobs/" + id, {credentials: "same-origin"}).then(function (answer) { return answer.ok ? answer.json() : null; })
        .then(function (said) { if (said) { hold(said.job, false); } }).catch(function () { return null; });
    });
  });
})(window.IOC);
