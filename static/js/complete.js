/* Suggestions under every search box, as an ARIA combobox. Searching works without this file. */
(function () {
  "use strict";
  var WAIT = 120;
  var address = document.currentScript.getAttribute("data-complete");
  if (!address || !window.fetch) return;

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    if (text) element.textContent = text;
    return element;
  }

  function combobox(input, number) {
    var id = "suggestions-" + number;
    var list = make("div", { class: "suggestions", id: id, role: "listbox", "aria-label": input.labels[0].textContent });
    var status = make("span", { class: "visually-hidden", role: "status" });
    // Without a prototype: "constructor" is a word like any other.
    var known = Object.create(null);
    var options = [];
    var active = -1;
    var asked = "";
    var timer;

    list.hidden = true;
    input.form.append(list, status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("autocomplete", "off");

    function close() {
      clearTimeout(timer);
      asked = null;
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function show(answer) {
      list.textContent = "";
      options = [];
      answer.groups.forEach(function (group) {
        var box = make("div", group.title ? { role: "group", "aria-label": group.title } : { role: "group" });
        if (group.title) box.append(make("div", { class: "suggestions-title", "aria-hidden": "true" }, group.title));
        group.items.forEach(function (item) {
          var option = make("div", { role: "option", id: id + "-" + options.length, "aria-selected": "false" }, item.text);
          option.setAttribute("data-url", item.url);
          options.push(option);
          box.append(option);
        });
        list.append(box);
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = input.value.trim() || options.length ? answer.status : "";
    }

    function ask() {
      var text = input.value.trim();
      // Before anything is typed there are only recent searches, which visitors have none of.
      if (!text && !document.querySelector("[data-sign-out]")) return close();
      asked = text;
      if (known[text]) return show(known[text]);
      fetch(address + "?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" } })
        .then(function (answer) {
          if (!answer.ok) throw new Error();
          return answer.json();
        })
        .then(function (answer) {
          known[text] = answer;
          if (asked === text) show(answer);
        })
        .catch(close);
    }

    function choose(number) {
      if (options[active]) options[active].setAttribute("aria-selected", "false");
      active = number;
      if (!options[active]) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    }

    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("focus", function () {
      if (!input.value) ask();
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Enter" && !list.hidden && options[active]) {
        event.preventDefault();
        location.assign(options[active].getAttribute("data-url"));
      } else if (step && list.hidden) {
        ask();
      } else if (step) {
        event.preventDefault();
        // One place is the box itself.
        choose(((active + 1 + step + options.length + 1) % (options.length + 1)) - 1);
      }
    });
    // Before the box loses its focus, which would close the list.
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
    });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) location.assign(option.getAttribute("data-url"));
    });
  }

  document.querySelectorAll("form[role=search] input[name=q]").forEach(combobox);
})();
