// One draws, and the network says what it sees.

// How far a key moves the pen, in units of the paper.
const STEP = 6;

const demo = document.querySelector(".demo");
const find = selector => demo.querySelector(selector);
const { width, height, pixelMax, names, layers: kinds, temperature, threshold, weights } = JSON.parse(find("script[type='application/json']").textContent);
const layers = layersOf(kinds, tensorsOf(Uint8Array.from(atob(weights), character => character.charCodeAt(0))));
const network = { layers, temperature };
const [paper, answer, seen, undo, clear] = [".paper", ".answer", ".seen", ".undo", ".clear"].map(find);

let strokes = [];
// The stroke that is being drawn, and whether by a pointer or by keys.
let stroke = null;
let by = null;
// Where keys would draw.
let pen = [paper.viewBox.baseVal.width / 2, paper.viewBox.baseVal.height / 2];

// ----- what is shown

function show() {
  find(".ink").innerHTML = strokes.map(points => `<path d="${pathOf(points)}"/>`).join("");
  const image = imageOf(strokes, width, height).map(ink => Math.round(ink * pixelMax));
  const pixels = seen.getContext("2d").createImageData(width, height);
  image.forEach((grey, index) => pixels.data[index * 4 + 3] = grey / pixelMax * 255);
  seen.getContext("2d").putImageData(pixels, 0, 0);
  undo.disabled = clear.disabled = !strokes.length;
  say(strokes.length ? probabilitiesOf(network, image.map(grey => grey / pixelMax)) : null);
}

// The answer, and a bar for each class; for the most probable ones where there are more classes than bars.
function say(probabilities) {
  const bars = [...demo.querySelectorAll(".bars li")];
  let classes = (probabilities || bars).map((_, index) => index);
  const best = probabilities && classes.reduce((a, b) => probabilities[b] > probabilities[a] ? b : a);
  if (probabilities && classes.length > bars.length) classes.sort((a, b) => probabilities[b] - probabilities[a]);
  bars.forEach((bar, index) => {
    const probability = probabilities ? probabilities[classes[index]] : 0;
    const label = bar.querySelector(".label");
    // A long name is cut, and read in full where the pointer is.
    label.textContent = label.title = names[classes[index]];
    bar.querySelector(".percent").textContent = `${(probability * 100).toFixed(1)} %`;
    bar.style.setProperty("--probability", probability);
    bar.classList.toggle("best", classes[index] === best);
  });
  answer.textContent = probabilities ? inWords(names[best], probabilities[best]) : "Nothing is drawn yet";
}

function inWords(name, probability) {
  const percent = `${(probability * 100).toFixed(1)} %`;
  return probability < threshold ? `Unsure: perhaps ${name} (${percent})` : `${name}, with a probability of ${percent}`;
}

// ----- strokes

function begin(point, means) {
  // What changes with every move is read out when it has settled.
  answer.setAttribute("aria-busy", "true");
  [stroke, by] = [[point], means];
  strokes.push(stroke);
  show();
}

function goOn(points) {
  stroke.push(...points);
  show();
}

function end() {
  [stroke, by] = [null, null];
  answer.setAttribute("aria-busy", "false");
  showPen();
}

function remove(count) {
  strokes.splice(strokes.length - count);
  end();
  show();
}

undo.addEventListener("click", () => remove(1));
clear.addEventListener("click", () => remove(strokes.length));

// ----- mouse, pen and finger

function place(event) {
  const frame = paper.getBoundingClientRect();
  const { width, height } = paper.viewBox.baseVal;
  return [(event.clientX - frame.left) / frame.width * width, (event.clientY - frame.top) / frame.height * height];
}

paper.addEventListener("pointerdown", event => {
  if (!event.isPrimary || event.button !== 0) return;
  begin(place(event), "pointer");
});
// A stroke may leave the paper, and end outside.
addEventListener("pointermove", event => {
  if (by !== "pointer" || !event.isPrimary) return;
  // A pen moves more often than the page is shown; not every browser tells.
  const moves = event.getCoalescedEvents?.() ?? [];
  goOn((moves.length ? moves : [event]).map(place));
});
for (const kind of ["pointerup", "pointercancel"])
  addEventListener(kind, event => {
    if (by === "pointer" && event.isPrimary) end();
  });

// ----- keys

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// Two arrows at once lead along a diagonal.
const pressed = new Set();

function showPen() {
  const cursor = find(".pen");
  cursor.setAttribute("cx", pen[0]);
  cursor.setAttribute("cy", pen[1]);
  cursor.classList.toggle("down", by === "keys");
}

function move() {
  const { width, height } = paper.viewBox.baseVal;
  const sum = axis => [...pressed].reduce((sum, key) => sum + ARROWS[key][axis] * STEP, pen[axis]);
  pen = [Math.min(Math.max(sum(0), 0), width), Math.min(Math.max(sum(1), 0), height)];
  if (by === "keys") goOn([pen]);
  showPen();
}

paper.addEventListener("keydown", event => {
  if (by === "pointer" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key in ARROWS) {
    pressed.add(event.key);
    move();
  } else if (event.key === " ") {
    if (event.repeat) event.preventDefault();
    else if (by === "keys") end();
    else begin(pen, "keys");
    showPen();
  } else if (event.key === "Backspace") {
    if (strokes.length) remove(1);
  } else if (event.key === "Delete" || event.key === "Escape") {
    remove(strokes.length);
  } else {
    return;
  }
  event.preventDefault();
});
paper.addEventListener("keyup", event => pressed.delete(event.key));
paper.addEventListener("blur", () => {
  pressed.clear();
  if (by === "keys") end();
});

Object.assign(seen, { width, height });
showPen();
show();
