// Strokes of a pen, and the image that a network sees of them, which is made as MNIST's were: the ink fitted into a box of
// 20 of 28 pixels, without distortion and with soft edges, and its centre of mass put in the middle.

const BOX = 20 / 28;
// How wide the pen is in the image, whatever the size of the drawing, so that a small one has no thicker lines.
const PEN = 2.6 / 28;
// The image is first drawn so many times as large.
const fineness = (width, height) => Math.ceil(224 / Math.max(width, height));

// A smooth line through the points [x, y] of a stroke, as the path of an SVG.
function pathOf(points) {
  const [first, last] = [points[0], points[points.length - 1]];
  let path = `M${first[0]} ${first[1]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
    path += `Q${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`;
  }
  // A line without length would not be drawn, and a dot is one.
  return `${path}L${last[0] + 0.01} ${last[1]}`;
}

// The share of ink in each pixel, row by row, from 0 to 1.
function imageOf(strokes, width, height) {
  if (!strokes.length) return new Array(width * height).fill(0);
  const points = strokes.flat();
  const range = axis => {
    const values = points.map(point => point[axis]);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  };
  const [left, right] = range(0);
  const [top, bottom] = range(1);
  const pen = Math.max(PEN * Math.min(width, height), 1);
  const fit = (side, length) => (side * BOX - pen) / Math.max(length, 1);
  const scale = Math.min(fit(width, right - left), fit(height, bottom - top));
  const draw = (x, y) => drawn(strokes, { width, height, scale, pen, x: x - left * scale, y: y - top * scale });

  const [massX, massY] = centreOfMass(draw(pen / 2, pen / 2), width);
  return draw(pen / 2 + width / 2 - massX, pen / 2 + height / 2 - massY);
}

// The strokes at this scale, moved by x and y pixels.
function drawn(strokes, { width, height, scale, pen, x, y }) {
  const fine = fineness(width, height);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * fine, height: height * fine });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(scale * fine, 0, 0, scale * fine, x * fine, y * fine);
  Object.assign(context, { lineCap: "round", lineJoin: "round", lineWidth: pen / scale });
  strokes.forEach(points => context.stroke(new Path2D(pathOf(points))));

  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const ink = new Array(width * height).fill(0);
  for (let row = 0; row < canvas.height; row++)
    for (let column = 0; column < canvas.width; column++) {
      const pixel = Math.floor(row / fine) * width + Math.floor(column / fine);
      ink[pixel] += data[(row * canvas.width + column) * 4 + 3] / 255 / fine ** 2;
    }
  return ink;
}

// Where the ink balances, in pixels.
function centreOfMass(ink, width) {
  let [sum, x, y] = [0, 0, 0];
  ink.forEach((value, pixel) => {
    sum += value;
    x += value * (pixel % width + 0.5);
    y += value * (Math.floor(pixel / width) + 0.5);
  });
  return [x / sum, y / sum];
}
