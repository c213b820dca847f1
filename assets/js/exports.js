/* Exports: the menu behind every "Xuất". Owns the menu, the request, and handing over what comes back: a file at once, or
   a job that IOC.jobs follows. Knows nothing of what is exported beyond what the button says. */
(function (IOC) {
  "use strict";
  var say = IOC.words.say, menu = null, opener = null;
  var GROUPS = [
    ["picture", [["png", "screen"], ["png", "print"], ["png", "slide"], ["svg", "print"], ["pdf", "print"]]],
    ["data", [["xlsx"], ["csv"], ["parquet"]]],
    ["places", [["geojson"], ["gpkg"]]]
  ];

  /* What the button says, and the page's address where it follows that. */
  function request(button) {
    var options = {};
    Object.keys(button.dataset).forEach(function (name) {
      if (/^option[A-Z]/.test(name)) {  // data-option-vi-tri comes as optionViTri
        options[name.charAt(6).toLowerCase() + name.slice(7).replace(/[A-Z]/g, function (letter) { return "-" + letter.toLowerCase(); })] = button.dataset[name];
      }
    });
    if (button.dataset.follow === "all") {
      var whole = IOC.address.get();
      Object.keys(whole).forEach(function (name) { if (whole[name] && name !== "path" && name !== "ban") { options[name] = whole[name]; } });
    } else if (button.dataset.follow) {
      var state = IOC.address.get();
      if (!options.kpi) { options.kpi = state.kpi || IOC.boot.kpi; }
      ["ky", "mau", "chia"].concat(button.dataset.export === "kpi-map" ? ["xa", "an", "lop", "xem", "voi", "cap", "tinh"] : []).forEach(function (name) { if (state[name] && !options[name]) { options[name] = state[name]; } });
    }
    return {subject: button.dataset.export, options: options, edition: Number(IOC.supply.edition() || button.dataset.edition)};
  }

  function open(button) {
    shut();
    opener = button;
    button.setAttribute("aria-expanded", "true");
    var groups = GROUPS.filter(function (group) { return group[0] !== "places" || button.dataset.places; });
    menu = IOC.make("div", {class: "export-menu", role: "menu", "aria-label": say("exports.menu")}, groups.map(function (group) {
      return IOC.make("div", {class: "export-group", role: "group", "aria-label": say("exports.group." + group[0])},
        [IOC.make("p", {class: "label", text: say("exports.group." + group[0])})].concat(group[1].map(function (way) {
          return IOC.make("button", {type: "button", role: "menuitem", class: "export-item", "data-format": way[0], "data-size": way[1] || "print"}, [
            IOC.make("strong", {text: say("exports.way." + way[0] + (way[0] === "png" ? "_" + way[1] : ""))}),
            IOC.make("span", {text: say("exports.hint." + way[0] + (way[0] === "png" ? "_" + way[1] : ""))})
          ]);
        })));
    }));
    document.body.appendChild(menu);
    place(button);
    menu.querySelector("button").focus({preventScroll: true});
  }

  /* Beside its button where there is room; on a phone a sheet from below, which the style sheet places. */
  function place(button) {
    var box = button.getBoundingClientRect(), height = menu.offsetHeight, width = menu.offsetWidth;
    var below = box.bottom + height + 8 < window.innerHeight || box.top < height + 8;
    menu.style.left = Math.max(8, Math.min(box.right - width, window.innerWidth - width - 8)) + "px";
    menu.style.top = Math.max(8, below ? Math.min(box.bottom + 4, window.innerHeight - height - 8) : box.top - height - 4) + "px";
  }

  function shut(back) {
    if (!menu) { return; }
    menu.remove();
    menu = null;
    opener.setAttribute("aria-expanded", "false");
    if (back && opener.isConnected) { opener.focus(); }
  }

  function named(answer) {
    var head = answer.headers.get("Content-Disposition") || "", found = /filename\*=UTF-8''([^;]+)/i.exec(head) || /filename="?([^";]+)/i.exec(head);
    return found ? decodeURIComponent(found[1]) : "export";
  }

  function keep(blob, name) {
    var link = document.body.appendChild(IOC.make("a", {href: URL.createObjectURL(blob), download: name, hidden: true}));
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); link.remove(); }, 10000);
  }

  function fetchFile(button, format, size) {
    var body = Object.assign(request(button), {format: format, size: size});
    button.setAttribute("aria-busy", "true");
    return fetch("/api/export", {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body), headers: {"Content-Type": "application/json", "X-IOC": "1"}
    }).then(function (answer) {
      if (answer.status === 202) { return answer.json().then(function (said) { IOC.jobs.hold(said.job, true); }); }
      if (!answer.ok) {
        return answer.json().catch(function () { return {}; }).then(function (said) { IOC.toast(said.error || say("act.failed"), true); });
      }
      var name = named(answer);
      return answer.blob().then(function (blob) { keep(blob, name); IOC.toast(say("exports.done", {name: name})); });
    }).catch(function () { IOC.toast(say("act.unreachable"), true); }).then(function () { button.removeAttribute("aria-busy"); });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-export]"), item = event.target.closest && event.target.closest(".export-item");
    if (button) {
      event.preventDefault();
      event.stopPropagation();
      if (menu && opener === button) { shut(true); } else { open(button); }
    } else if (item) {
      var from = opener;
      shut(true);
      fetchFile(from, item.dataset.format, item.dataset.size);
    } else if (menu && !event.target.closest(".export-menu")) {
      shut();
    }
  }, true);
  document.addEventListener("keydown", function (event) {
    if (!menu) { return; }
    if (event.key === "Escape") { shut(true); return; }
    var turn = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (turn && menu.contains(document.activeElement)) {
      var items = Array.from(menu.querySelectorAll(".export-item")), at = items.indexOf(document.activeElement);
      items[(at + turn + items.length) % items.length].focus();
      event.preventDefault();
    }
  });
  window.addEventListener("resize", function () { if (window.innerWidth > 760) { shut(); } });
  /* The menu goes with its button, and away with it. */
  window.addEventListener("scroll", function (event) {
    if (!menu || window.innerWidth <= 760 || menu.contains(event.target)) { return; }
    var box = opener.getBoundingClientRect();
    if (!opener.isConnected || box.bottom < 0 || box.top > window.innerHeight) { shut(); } else { place(opener); }
  }, true);
  IOC.on("page", function () { shut(); });
})(window.IOC);
