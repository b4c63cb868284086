/* Names to choose from after @, in every large text box. Calling somebody works without this file. */
(function () {
  "use strict";
  var address = document.currentScript.getAttribute("data-names");
  var CALL = /(^|[\s(])@([^\s@]{2,30}(?: [^\s@]{1,20})?)$/;
  if (!address || !window.fetch) return;

  function names(box, number) {
    var made = listbox(box, {
      id: "names-" + number,
      className: "suggestions names",
      label: box.labels[0].textContent + " @",
      wait: 150,
      isAlwaysMarked: true,
      text: function () {
        var call = CALL.exec(box.value.slice(0, box.selectionStart));
        return call && call[2];
      },
      url: function (text) {
        return address + encodeURIComponent(text);
      },
      draw: function (answer, add) {
        answer.people.forEach(function (person) {
          add(made.list, person.name + " @" + person.handle, person.handle);
        });
      },
      choose: function (handle) {
        var end = box.selectionStart;
        var start = box.value.slice(0, end).lastIndexOf("@");
        box.setRangeText("@" + handle + " ", start, end, "end");
        box.focus();
      },
    });
    box.after(made.list);
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("textarea[name=text]").forEach(names);
  });
})();
