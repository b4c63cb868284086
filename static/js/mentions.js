/* Names to choose from after @, in every large text box. Calling somebody works without this file. */
(function () {
  "use strict";
  var WAIT = 150;
  var address = document.currentScript.getAttribute("data-names");
  var CALL = /(^|[\s(])@([^\s@]{2,30}(?: [^\s@]{1,20})?)$/;
  if (!address || !window.fetch) return;

  function make(tag, attributes) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    return element;
  }

  function names(box, number) {
    var id = "names-" + number;
    var list = make("div", { class: "suggestions names", id: id, role: "listbox", "aria-label": box.labels[0].textContent + " @" });
    var active = -1;
    var timer;
    var asked;
    list.hidden = true;
    box.after(list);
    box.setAttribute("aria-controls", id);
    box.setAttribute("aria-autocomplete", "list");

    function close() {
      clearTimeout(timer);
      asked = null;
      active = -1;
      list.hidden = true;
      box.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      var options = list.children;
      active = (index + options.length) % options.length;
      Array.prototype.forEach.call(options, function (option, each) {
        option.setAttribute("aria-selected", String(each === active));
      });
      box.setAttribute("aria-activedescendant", options[active].id);
    }

    function choose(option) {
      var end = box.selectionStart;
      var start = box.value.slice(0, end).lastIndexOf("@");
      var text = "@" + option.getAttribute("data-handle") + " ";
      box.setRangeText(text, start, end, "end");
      close();
      box.focus();
    }

    function show(people) {
      list.textContent = "";
      people.forEach(function (person, index) {
        var option = make("div", { role: "option", id: id + "-" + index, "data-handle": person.handle, "aria-selected": "false" });
        option.textContent = person.name + " @" + person.handle;
        list.append(option);
      });
      list.hidden = !people.length;
      if (people.length) mark(0);
    }

    function ask() {
      var call = CALL.exec(box.value.slice(0, box.selectionStart));
      if (!call) return close();
      var text = (asked = call[2]);
      fetch(address + encodeURIComponent(text), { headers: { Accept: "application/json" } })
        .then(function (answer) {
          return answer.ok ? answer.json() : { people: [] };
        })
        .then(function (answer) {
          if (asked === text) show(answer.people);
        })
        .catch(close);
    }

    box.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", function (event) {
      if (list.hidden) return;
      if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active - 1);
      else if (event.key === "Enter" || event.key === "Tab") choose(list.children[active]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    // Before the box loses its focus.
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) choose(option);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("textarea[name=text]").forEach(names);
  });
})();
