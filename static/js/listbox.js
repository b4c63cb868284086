/* A list of options beneath a box, which keeps the focus. complete.js and mentions.js say what is in it.

   `how` has the list's id, its label and class; wait, in milliseconds; text(), what to ask about, or null for nothing;
   url(text); draw(answer, add), where add(parent, text, value) makes an option; choose(value).
   isAlwaysMarked: one option always is, and Tab takes it too. Otherwise none is at first, and an arrow opens the list. */
var listbox = function (box, how) {
  "use strict";
  var list = document.createElement("div");
  // Without a prototype: "constructor" is a word like any other.
  var known = Object.create(null);
  var options = [];
  var active = -1;
  var asked = null;
  var timer;

  list.id = how.id;
  list.className = how.className;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", how.label);
  list.hidden = true;
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", how.id);

  function open(isOpen) {
    list.hidden = !isOpen;
    if (box.hasAttribute("aria-expanded")) box.setAttribute("aria-expanded", String(isOpen));
  }

  function mark(number) {
    if (options[active]) options[active].element.setAttribute("aria-selected", "false");
    active = options[number] ? number : -1;
    if (active < 0) return box.removeAttribute("aria-activedescendant");
    options[active].element.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", options[active].element.id);
  }

  function close() {
    clearTimeout(timer);
    asked = null;
    mark(-1);
    open(false);
  }

  function add(parent, text, value) {
    var element = document.createElement("div");
    element.id = how.id + "-" + options.length;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    element.textContent = text;
    parent.append(element);
    options.push({ element: element, value: value });
  }

  function show(answer) {
    list.textContent = "";
    mark(-1);
    options = [];
    how.draw(answer, add);
    mark(how.isAlwaysMarked ? 0 : -1);
    open(options.length > 0);
  }

  function ask() {
    var text = how.text();
    if (text === null) return close();
    asked = text;
    if (known[text]) return show(known[text]);
    fetch(how.url(text), { headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error();
        return answer.json();
      })
      .then(function (answer) {
        known[text] = answer;
        if (asked === text) show(answer);
      })
      .catch(function () {
        // An earlier text's failure says nothing about the list of a later one.
        if (asked === text) close();
      });
  }

  function choose(option) {
    close();
    how.choose(option.value);
  }

  function move(step) {
    // Where none need be marked, the box itself is one of the places.
    var places = options.length + (how.isAlwaysMarked ? 0 : 1);
    var shift = how.isAlwaysMarked ? 0 : 1;
    mark(((active + shift + step + places) % places) - shift);
    if (options[active]) options[active].element.scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(ask, how.wait);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    var takes = event.key === "Enter" || (event.key === "Tab" && how.isAlwaysMarked);
    if (list.hidden) {
      if (step && !how.isAlwaysMarked) ask();
      return;
    }
    if (step) move(step);
    else if (takes && options[active]) choose(options[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  // Before the box loses its focus, which would close the list.
  list.addEventListener("mousedown", function (event) {
    event.preventDefault();
  });
  list.addEventListener("click", function (event) {
    var element = event.target.closest("[role=option]");
    options.forEach(function (option) {
      if (option.element === element) choose(option);
    });
  });
  return { list: list, ask: ask };
};
