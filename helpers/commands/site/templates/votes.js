// What can be an answer to a question: one rule for what a browser keeps and for the records that are handed in.

const isWithin = ([low, high], value) => Number.isFinite(value) && value >= low && value <= high;

// Whether a drawing has a value, or none yet, for all that is hidden; within the axis, in the unit of the table.
export function fitsDrawing({ labels, known, between }, answer) {
  const fits = (value) => value === null || isWithin(between, value);
  return Array.isArray(answer) && answer.length === labels.length - known && answer.every(fits);
}

// Whether a vote is one of the question as it is now: the place of an option, or of a known answer to an exercise, after
// which comes any other; a whole drawing; a number, or a text that stands for none.
export function isVote({ options, cases, drawn }, vote) {
  const places = options ? options.length : cases && cases.length + 1;
  if (places) return Number.isInteger(vote) && vote >= 0 && vote < places;
  if (drawn) return fitsDrawing(drawn, vote) && !vote.includes(null);
  return Number.isFinite(vote) || typeof vote === "string";
}
