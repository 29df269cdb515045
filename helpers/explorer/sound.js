// A series of a chart as sound, for whoever asks: pitch by the value, from left to right.

import { isNumber } from "./drawing.js";

const MOST = 5; // seconds of a series
const EACH = 0.25; // seconds from mark to mark where they are few

// The channel of the amounts that a chart draws: not of years, nor of bars from here to there.
export const amountOf = (encoding = {}) =>
  ["y", "x"].find((name) => {
    const { type, axis } = encoding[name] ?? {};
    return type === "quantitative" && axis !== null && axis?.format !== "d" && !encoding[`${name}2`];
  });

// Hertz for a part of the axis.
export const pitch = (part) => 220 * 4 ** Math.max(0, Math.min(part, 1));

// When the marks of a series sound, how long, and on which side. What is missing is silent.
export function timesOf(places) {
  const time = Math.min(MOST, EACH * places.length) - EACH;
  const along = places.map((place) => (place - places[0]) / (places.at(-1) - places[0] || 1));
  const steps = along.map((part, i) => (part - along[i - 1]) * time).filter((step) => step > 0.04);
  return along.map((part) => ({ at: part * time, lasts: 0.8 * Math.min(EACH, ...steps), pan: 2 * part - 1 }));
}

// A switch: on, it plays the series of the cursor, and from then on each mark to which the cursor goes.
export function addSound(button, cursor, channel, stop) {
  let audio, voice;
  const turn = (on) => {
    audio?.close();
    audio = on ? new AudioContext() : undefined;
    button.setAttribute("aria-pressed", on);
    button.dataset.kept = on ? "cursor" : "keys"; // Escape is ours
    if (on) cursor.play(cursor.resume(cursor.last, cursor.reading.order.lines[0]?.[0]));
    else cursor.leave();
  };
  // Plays the series of a mark, or it alone; without one it is silent.
  cursor.play = (mark, alone) => {
    voice?.stop();
    if (!audio || !mark) return;
    const { view, vgSpec } = cursor.chart.drawn;
    const { encoding, order } = cursor.reading;
    const scale = view.scale(vgSpec.scales.find(({ name }) => name.split("_").pop() === channel).name);
    const [low, high] = scale.range();
    const line = order.lines.find((marks) => marks.includes(mark));
    const times = timesOf(line.map(({ x }, i) => (channel === "y" ? x : i))); // names by their order
    const [volume, side] = [new GainNode(audio, { gain: 0 }), new StereoPannerNode(audio)];
    voice = new OscillatorNode(audio);
    voice.connect(volume).connect(side).connect(audio.destination);
    line.forEach((each, i) => {
      const value = each.item.datum[encoding[channel].field];
      if (!isNumber(value) || (alone && each !== mark)) return;
      const { at, lasts, pan } = alone ? { ...times[i], at: 0, lasts: EACH } : times[i];
      const start = audio.currentTime + at;
      voice.frequency.setValueAtTime(pitch((scale(value) - low) / (high - low)), start);
      side.pan.setValueAtTime(pan, start);
      volume.gain.cancelScheduledValues(start); // those of dense marks join
      volume.gain.setTargetAtTime(0.2, start, 0.005); // without a click
      volume.gain.setTargetAtTime(0, start + lasts, 0.005);
    });
    voice.start();
    voice.stop(audio.currentTime + MOST);
  };
  const leave = (event) => {
    if (event.key !== "Escape" || !audio) return;
    event.stopPropagation();
    turn(false);
  };
  turn(false);
  button.addEventListener("click", () => turn(!audio));
  cursor.panel.addEventListener("keydown", leave, true);
  stop.addEventListener("abort", () => audio?.close());
}
