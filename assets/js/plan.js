/* Plan: the limits of an investment plan, the map before and after, and the acts on a plan. Owns the form, which it
   writes into the address and hands to a job; what a plan is, the server says. The choice of a list is plan_list.js's. */
(function (IOC) {
  "use strict";
  var PAGE = "/dau-tu", MOST = 100000000, say = function (key, values) { return IOC.words.say("planning." + key, values); };
  var made = "", running = null;

  function find(id) { return document.querySelector("#react-entry-point #" + id) || document.getElementById(id); }
  function data() {
    var node = find("plan-data");
    return node && node.dataset.form ? JSON.parse(node.dataset.form) : null;
  }

  /* ---- the form ---- */
  function labelled(words, input, className) {
    return IOC.make("label", {class: className || "plan-field"}, [IOC.make("span", {class: "label", text: words}), input]);
  }
  function number(name, value, least, most, step) {
    return IOC.make("input", {type: "number", name: name, value: value, min: least, max: most, step: step, inputmode: step < 1 ? "decimal" : "numeric", required: true});
  }
  function group(words, nodes, className) {
    return IOC.make("fieldset", {class: "plan-group " + (className || "")}, [IOC.make("legend", {text: words})].concat(nodes));
  }
  function check(name, id, words, on) {
    var input = IOC.make("input", {type: "checkbox", name: name, value: id, checked: on});
    return IOC.make("label", {class: "plan-check"}, [input, IOC.make("span", {text: words})]);
  }
  function button(words, act, quiet) {
    var node = IOC.make("button", {type: "button", class: "button" + (quiet ? " is-quiet" : ""), text: words});
    node.addEventListener("click", act);
    return node;
  }

  function build() {
    var host = find("plan-form"), given = data();
    if (!host || !given) { return; }
    var key = JSON.stringify(Object.assign({}, given, {lists: 0})) + document.documentElement.lang;
    if (host.firstChild && key === made) { IOC.planList.offer(host, given); return; }  // what is being filled in stays
    made = key;
    var form = IOC.make("form", {class: "plan-limits", novalidate: true});
    var budgets = IOC.make("div", {class: "plan-budgets"});
    given.budgets.forEach(function (value, i) { budgets.appendChild(year(given, i, value)); });
    var steps = IOC.make("p", {class: "plan-steps"}, [
      button(say("add_year"), function () {
        var all = budgets.querySelectorAll("input");
        if (all.length < 10) { budgets.appendChild(year(given, all.length, all.length ? all[all.length - 1].value : 0)); }
      }, true),
      button(say("drop_year"), function () { if (budgets.children.length > 1) { budgets.lastChild.remove(); } }, true)
    ]);
    form.appendChild(group(say("budgets"), [budgets, steps], "is-wide"));
    form.appendChild(group(say("services"), given.services.map(function (one) { return check("service", one.id, one.name, one.on); })));
    form.appendChild(group(say("weights"), given.emphases.map(function (one) {
      var input = number("bonus", one.bonus, 0, 5, 0.1);
      input.dataset.id = one.id;
      return labelled(one.name, input, "plan-weight");
    })));
    form.appendChild(IOC.make("div", {class: "plan-group"}, [
      labelled(say("floor"), number("floor", given.floor, 0, 100, 1)), check("carry", "1", say("carry"), given.carry)
    ]));
    form.appendChild(group(say("listed"), [IOC.planList.build(given)], "plan-listed"));
    form.appendChild(IOC.make("div", {class: "plan-go"}, [
      IOC.make("p", {class: "plan-fault", role: "alert"})
    ].concat(given.may ? [IOC.make("button", {type: "submit", class: "button plan-solve", text: say("solve")})] : [])));
    form.addEventListener("submit", function (event) { event.preventDefault(); solve(form, given); });
    if (!given.may) { form.querySelectorAll("input, button, select").forEach(function (one) { one.disabled = true; }); }
    host.replaceChildren(form);
    busy();
  }
  function year(given, i, value) {
    return labelled(say("year", {year: given.first_year + i}), number("budget", value, 0, MOST, 1));
  }

  /* What stands in the form, or null with the fault said beside the button and the field in focus. */
  function read(form, given) {
    var wrong = null, fault = form.querySelector(".plan-fault");
    form.querySelectorAll("input[type=number]").forEach(function (input) {
      var bad = input.value === "" || !input.checkValidity();
      input.classList.toggle("is-wanting", bad);
      input.setAttribute("aria-invalid", bad ? "true" : "false");
      if (bad && !wrong) { wrong = input; }
    });
    var services = Array.from(form.querySelectorAll("[name=service]:checked")).map(function (one) { return one.value; });
    fault.textContent = wrong ? say("bad_number", {least: IOC.words.number(Number(wrong.min)), most: IOC.words.number(Number(wrong.max))}) : services.length ? "" : say("none_chosen");
    if (wrong) { wrong.focus(); }
    if (wrong || !services.length) { return null; }
    var bonus = {};
    form.querySelectorAll("[name=bonus]").forEach(function (one) { bonus[one.dataset.id] = Number(one.value); });
    return {
      budgets: Array.from(form.querySelectorAll("[name=budget]")).map(function (one) { return Number(one.value); }),
      services: services, floor: Number(form.querySelector("[name=floor]").value) / 100,
      carry_over: form.querySelector("[name=carry]").checked, bonus: bonus, listed: Number(form.querySelector("[name=listed]").value) || null
    };
  }

  function address(ask) {
    var parts = ["ns=" + ask.budgets.join(","), "dv=" + ask.services.join(","), "san=" + Math.round(100 * ask.floor), "ch=" + (ask.carry_over ? 1 : 0)];
    parts.push("uu=" + Object.keys(ask.bonus).map(function (id) { return id + ":" + ask.bonus[id]; }).join(","));
    if (ask.listed) { parts.push("ds=" + ask.listed); }
    if (IOC.address.get().ban) { parts.push("ban=" + IOC.address.get().ban); }
    return PAGE + "?" + parts.join("&");
  }

  function solve(form, given) {
    var ask = read(form, given);
    if (!ask || running) { return; }
    IOC.address.goto(address(ask));
    running = {id: null};
    busy();
    IOC.jobs.start("plan", ask, given.edition, {keep: true}).then(function (job) {
      running = job && (job.state === "queued" || job.state === "running") ? {id: job.id} : null;
      busy();
    });
  }
  function busy() {
    document.querySelectorAll(".plan-solve").forEach(function (one) { one.disabled = Boolean(running); });
  }
  function renew() { IOC.put("pulse", {data: String(performance.now())}); }

  IOC.on("job", function (job) {
    if (job.kind !== "plan") { return; }
    var open = job.state === "queued" || job.state === "running";
    if (open) { running = {id: job.id}; } else if (!running || !running.id || running.id === job.id) { running = null; }
    busy();
    if (job.state === "done") { renew(); }
  });

  /* ---- acts on a plan ---- */
  function act(button) {
    var what = button.dataset.planAct, id = button.dataset.value, url, body;
    if (what === "workbook") { IOC.jobs.start("plan_workbook", {plan: Number(id)}); return; }
    if (what === "save") {
      url = "/api/plans/" + id + "/name";
      body = {name: field("plan-name").value, note: field("plan-note").value};
    } else {
      url = "/api/plans/scenarios/" + id + "/withdraw";
      body = {reason: field("plan-reason-" + id).value};
    }
    button.disabled = true;
    IOC.supply.post(url, body).then(function (result) {
      IOC.toast(result.said.message || result.said.error || IOC.words.say("act.failed"), !result.ok);
      if (result.ok) { renew(); }
    }).catch(function () { IOC.toast(IOC.words.say("act.unreachable"), true); }).then(function () { button.disabled = false; });
  }
  function field(id) { return find(id); }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-plan-act]");
    if (button) { act(button); }
  });

  /* ---- the map before and after ---- */
  var SHAPES = {
    mobile: function (r) { return IOC.draw("circle", {r: r * .62}); },
    cable: function (r) { return IOC.draw("rect", {x: -r, y: -r, width: 2 * r, height: 2 * r}); },
    grid: function (r) { var d = 1.75 * r; return IOC.draw("path", {d: "M0" + -d + "L" + d + " 0 0 " + d + "-" + d + " 0Z"}); }
  }, ORDER = ["grid", "cable", "mobile"];

  function picture(text, points, after, title) {
    var parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement, box = parsed.getAttribute("viewBox");
    var size = Number(box.split(/\s+/)[2]) / (points.villages.length > 80 ? 180 : 120), lacking = 0;
    var svg = IOC.draw("svg", {viewBox: box, class: "plan-map", role: "img", preserveAspectRatio: "xMidYMid meet"});
    Array.prototype.forEach.call(parsed.children, function (child) { svg.appendChild(document.importNode(child, true)); });
    points.villages.forEach(function (one) {
      var told = [one[0]], node = IOC.draw("g", {class: "plan-spot", transform: "translate(" + one[1] + " " + one[2] + ")"}), open = false;
      ORDER.forEach(function (service) {
        if (!(service in one[4])) { return; }
        var met = after && one[4][service] !== null, shape = SHAPES[service](size);
        shape.setAttribute("class", met ? "is-met" : "is-lacking");
        node.appendChild(shape);
        open = open || !met;
        told.push(met ? say("met", {what: name(service), year: one[4][service]}) : say("lacks", {what: name(service)}));
      });
      lacking += open ? 1 : 0;
      node.appendChild(IOC.draw("title", {text: told.join("; ")}));
      svg.appendChild(node);
    });
    svg.setAttribute("aria-label", say("map_alt", {what: title, n: IOC.words.number(lacking)}));
    return IOC.make("figure", {class: "plan-picture"}, [IOC.make("figcaption", {text: say("map_alt", {what: title, n: IOC.words.number(lacking)})}), svg]);
  }
  function name(service) {
    var one = (data() || {services: []}).services.find(function (item) { return item.id === service; });
    return one ? one.name : service;
  }

  function maps() {
    var host = find("plan-map");
    if (!host || host.dataset.drawn === host.dataset.plan || !IOC.boot.drawing) { return; }
    var plan = host.dataset.drawn = host.dataset.plan;
    var points = fetch("/api/plans/" + plan + "/points", {credentials: "same-origin"}).then(function (answer) { return answer.ok ? answer.json() : null; });
    Promise.all([IOC.supply.drawing(), points]).then(function (all) {
      var now = find("plan-map");
      if (!all[1] || !now || now.dataset.plan !== plan) { return; }
      now.replaceChildren(picture(all[0], all[1], false, now.dataset.before), picture(all[0], all[1], true, now.dataset.after));
      now.dataset.drawn = plan;
      now.dataset.spots = all[1].villages.length;
    }).catch(function () { host.dataset.drawn = ""; });
  }

  /* ---- the long tables: Dash would take seconds to hold each of their cells ---- */
  var LISTED = 15;
  function row(cells, heads, list) {
    return IOC.make("tr", {}, cells.map(function (cell, i) {
      var parts = Array.isArray(cell) ? [IOC.make("strong", {text: cell[0]}), IOC.make("span", {class: "plan-by", text: cell[1]})] : null;
      var given = {"data-head": heads[i], class: list ? ["figures", "figures", "", "figures", "figures", "plan-why"][i] : i ? "figures" : ""};
      if (!parts) { given.text = cell; }
      return IOC.make(!list && i === 0 ? "th" : "td", given, parts);
    }));
  }
  function grid(told, rows, name) {
    var head = IOC.make("tr", {}, told.heads.map(function (words) { return IOC.make("th", {scope: "col", text: words}); }));
    var body = rows.map(function (cells) { return row(cells, told.heads, name === "list"); });
    return IOC.make("div", {class: "plan-scroll"}, [IOC.make("table", {class: "plan-table plan-" + name}, [IOC.make("thead", {}, [head]), IOC.make("tbody", {}, body)])]);
  }
  function tables() {
    var hosts = Array.from(document.querySelectorAll("#plan .plan-rows")).filter(function (one) { return one.dataset.plan && one.dataset.built !== one.dataset.plan + IOC.boot.lang; });
    if (!hosts.length) { return; }
    var plan = hosts[0].dataset.plan;
    hosts.forEach(function (one) { one.dataset.built = plan + IOC.boot.lang; });
    fetch("/api/plans/" + plan + "/tables", {credentials: "same-origin"}).then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (said) {
      if (!said) { return; }
      document.querySelectorAll("#plan .plan-rows").forEach(function (host) {
        if (host.dataset.plan !== plan) { return; }
        var told = said[host.dataset.table], parts = [grid(told, told.rows.slice(0, host.dataset.all ? LISTED : told.rows.length), host.dataset.table)];
        if (host.dataset.all && told.rows.length > LISTED) {
          parts.push(IOC.make("details", {class: "plan-rest"}, [IOC.make("summary", {text: host.dataset.all}), grid(told, told.rows.slice(LISTED), host.dataset.table)]));
        }
        host.replaceChildren.apply(host, parts);
      });
    }).catch(function () { hosts.forEach(function (one) { one.dataset.built = ""; }); });
  }

  var watching = new MutationObserver(function () { build(); maps(); tables(); });
  IOC.on("page", function () {
    watching.disconnect();
    made = "";
    var host = document.querySelector("#react-entry-point #plan") || document.getElementById("plan");
    if (!host) { return; }
    build();
    maps();
    tables();
    watching.observe(host, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-form", "data-plan"]});
  });
})(window.IOC);
