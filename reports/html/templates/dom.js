// Elements. Whatever comes from data becomes a text node or one of few attributes, never markup.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child instanceof Node || (typeof child === "string" && child)));
  return element;
}

const link = (to, ...children) =>
  make("a", { href: /^(https:\/\/|#)/.test(to) ? to : "#" }, ...children);

// Text in which `backticks` set code apart.
function prose(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, index) => (index % 2 ? make("code", null, part) : part));
}

const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many || `${one}s`}`;

function badge(index, standing, number) {
  if (standing < 0) return make("span", { class: "badge s-none" }, "not judged");
  const [name, one, many, symbol] = index.standings[standing];
  const word = number === undefined ? one : count(number, one, many);
  return make("span", { class: `badge s-${name}` }, make("span", { "aria-hidden": "true" }, symbol), ` ${word}`);
}

function pairs(...rows) {
  return make("dl", { class: "pairs" }, rows.filter((row) => row && row[1] !== undefined && row[1] !== "")
    .map(([name, ...values]) => [make("dt", null, name), make("dd", null, ...values)]));
}

function table(label, heads, rows, kind = "small lined") {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    make("table", { class: kind },
      make("thead", null, make("tr", null, heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", null, rows.map(([first, ...others]) => make("tr", null,
        make("th", { scope: "row" }, first), others.map((other) =>
          (other instanceof HTMLTableCellElement ? other : make("td", null, other))))))));
}

function copyButton(text, what) {
  const label = ["Copy", make("span", { class: "sr" }, ` ${what}`)];
  const button = make("button", { type: "button", class: "copy" }, ...label);
  button.addEventListener("click", () => copy(button, typeof text === "function" ? text() : text));
  return button;
}

async function copy(button, text) {
  const label = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    const code = button.parentElement.querySelector("code, pre");
    if (code) getSelection().selectAllChildren(code);
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => button.replaceChildren(...label), 1500);
}

function code(text, what, kind = "") {
  return make("div", { class: `code ${kind}` },
    make("pre", { tabindex: "0", role: "region", "aria-label": what }, make("code", null, text)), copyButton(text, what));
}
