// Draws on the page as a hand would, and leaves there, as JSON, what the network saw and what it said each time.

// Points of an arc, its angles in parts of a full turn from the right, clockwise.
const arc = (x, y, wide, high, from, to) =>
  Array.from({ length: 25 }, (_, i) => {
    const angle = (from + (to - from) * i / 24) * 2 * Math.PI;
    return [x + wide * Math.cos(angle), y + high * Math.sin(angle)];
  });

// Strokes for each digit on a paper of 100 by 100. Printed letters, upright and large.
const PRINTED = [
  [arc(50, 50, 22, 34, -0.25, 0.75)],
  [[[50, 16], [50, 84]]],
  [[...arc(50, 33, 20, 17, -0.5, 0.1), [30, 84], [73, 84]]],
  [[...arc(48, 33, 19, 17, -0.45, 0.25), ...arc(48, 67, 22, 18, -0.25, 0.45)]],
  [[[40, 16], [27, 58], [76, 58]], [[62, 34], [62, 88]]],
  [[[70, 18], [36, 18], [33, 46], ...arc(48, 63, 22, 20, -0.35, 0.4)]],
  [[[60, 14], ...arc(48, 62, 21, 22, -0.5, -1.48)]],
  [[[26, 18], [74, 18], [44, 86]]],
  [[...arc(50, 33, 17, 16, 0.25, 1.25), ...arc(50, 67, 21, 18, -0.25, 0.75)]],
  [[...arc(50, 36, 19, 19, 0, -1), [68, 40], [62, 86]]],
];
// Written in haste: slanted, small, low on the paper, with other forms of 1, 2, 4, 7 and 9.
const WRITTEN = [
  [arc(50, 50, 26, 34, -0.2, 0.83)],
  [[[36, 34], [52, 16], [52, 84]]],
  [[...arc(48, 34, 20, 18, -0.48, 0.12), [36, 76], ...arc(33, 77, 6, 6, 0, 0.9), [50, 80], [74, 82]]],
  [[...arc(48, 32, 16, 15, -0.4, 0.25), ...arc(48, 66, 20, 19, -0.25, 0.42)]],
  [[[58, 16], [26, 62], [78, 60]], [[60, 42], [56, 88]]],
  [[[38, 18], [35, 45], ...arc(47, 64, 21, 20, -0.35, 0.38)], [[38, 18], [72, 16]]],
  [[[62, 16], [42, 40], ...arc(47, 66, 17, 18, -0.5, -1.45)]],
  [[[28, 22], [50, 19], [72, 18], [56, 50], [46, 86]], [[38, 52], [66, 50]]],
  [[[66, 22], ...arc(50, 32, 16, 15, -0.1, -0.75), ...arc(50, 67, 18, 18, -0.25, 0.75), [64, 26]]],
  [[...arc(48, 34, 18, 18, -0.05, -1.05), [66, 36], [64, 62], ...arc(46, 68, 18, 16, 0, 0.35)]],
];
const hasty = ([x, y]) => [20 + 0.55 * (x - 0.22 * (y - 50)), 40 + 0.55 * y];
const STYLES = { printed: PRINTED, written: WRITTEN.map(strokes => strokes.map(stroke => stroke.map(hasty))) };

const demoPaper = document.querySelector(".demo .paper");
const box = () => demoPaper.getBoundingClientRect();
const send = (kind, [x, y]) => {
  const { left, top, width, height } = box();
  const place = { clientX: left + width * x / 100, clientY: top + height * y / 100 };
  const settings = { bubbles: true, isPrimary: true, pointerId: 1, pointerType: "pen", button: 0, buttons: 1 };
  demoPaper.dispatchEvent(new PointerEvent(kind, { ...settings, ...place }));
};

// A hand trembles, and its points lie close together.
function* hand(stroke) {
  let count = 0;
  for (let i = 1; i < stroke.length; i++) {
    const [[fromX, fromY], [toX, toY]] = [stroke[i - 1], stroke[i]];
    const steps = Math.ceil(Math.hypot(toX - fromX, toY - fromY) / 3);
    for (let step = 0; step < steps; step++, count++) {
      const [x, y] = [fromX + (toX - fromX) * step / steps, fromY + (toY - fromY) * step / steps];
      yield [x + 0.6 * Math.sin(count * 1.7), y + 0.6 * Math.cos(count * 2.3)];
    }
  }
  yield stroke[stroke.length - 1];
}

function draw(strokes) {
  document.querySelector(".demo .clear").click();
  for (const stroke of strokes) {
    const points = [...hand(stroke)];
    send("pointerdown", points[0]);
    points.slice(1).forEach(point => send("pointermove", point));
    send("pointerup", points[points.length - 1]);
  }
}

// A 1 by keys: up from the middle with the pen lifted, then down with it.
function drawByKeys() {
  document.querySelector(".demo .clear").click();
  const press = (key, times = 1) => {
    for (; times > 0; times--) demoPaper.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    demoPaper.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true }));
  };
  demoPaper.focus();
  press("ArrowUp", 15);
  press(" ");
  press("ArrowDown", 30);
  press(" ");
}

// What is on the page: ink is opaque, paper is not.
function read() {
  const seen = document.querySelector(".demo .seen");
  const { data } = seen.getContext("2d").getImageData(0, 0, seen.width, seen.height);
  const bars = [...document.querySelectorAll(".demo .bars li")].map(bar => ({
    label: Number(bar.querySelector(".label").textContent),
    probability: Number(bar.style.getPropertyValue("--probability")),
    is_best: bar.classList.contains("best"),
  }));
  const pixels = Array.from({ length: seen.width * seen.height }, (_, pixel) => data[pixel * 4 + 3]);
  return { pixels, bars, answer: document.querySelector(".demo .answer").textContent };
}

addEventListener("load", () => {
  const all = [];
  const add = (style, digit) => all.push({ style, digit, ...read() });
  for (const [style, digits] of Object.entries(STYLES))
    digits.forEach((strokes, digit) => {
      draw(strokes);
      add(style, digit);
    });
  drawByKeys();
  add("keys", 1);
  document.querySelector(".demo .paper").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  add("cleared", 0);
  document.documentElement.innerHTML = `<pre>${JSON.stringify(all)}</pre>`;
});
