/* Wall start: the first script of a screen. Owns the namespace, the boot document and a small bus; the rest of the wall
   is in the files beside it. Speaks of "document", "scene", "pause", "order", "state" and "enrol". */
(function () {
  "use strict";
  var ears = {};
  var IOC = window.IOC = {boot: JSON.parse(document.getElementById("wall-boot").textContent)};
  IOC.on = function (name, ear) { (ears[name] = ears[name] || []).push(ear); };
  IOC.emit = function (name, what) {
    (ears[name] || []).forEach(function (ear) {
      try { ear(what); } catch (error) { console.error("an ear of " + name, error); }  /* one bad listener silences no other */
    });
  };
})();
