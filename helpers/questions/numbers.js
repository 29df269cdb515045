// Numbers as people type them: what a text can mean, in the unit that a question asks for.

const WORDS = { hundred: 1e2, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12, lakh: 1e5, crore: 1e7 };
const SHORT = { k: 1e3, m: 1e6, mn: 1e6, mio: 1e6, b: 1e9, bn: 1e9, tn: 1e12 };
const KANJI = { 十: 1e1, 百: 1e2, 千: 1e3, 万: 1e4, 億: 1e8, 兆: 1e12 };
const DIGITS = "〇一二三四五六七八九";

const MONEY = "us\\$|us dollars?|usd|[$¥€£]|dollars?|yen|jpy|euros?|eur|gbp|米?ドル|円|ユーロ";
const ROUGHLY = "about|approx(?:imately|\\.)?|around|roughly|nearly|almost|circa|ca|c\\.";
const ABOUT = new RegExp(`^(?:[~∼〜≈≃≅≒=]|(?:${ROUGHLY})(?![a-z])\\.?|約|およそ|ほぼ|だいたい)`);
const MINUS = /^(?:-|[ー▲△](?=\D{0,5}\d)|minus(?![a-z])|マイナス)/;
const PLUS = /^(?:\+|plus(?![a-z])|プラス)/;
const COIN = new RegExp(`^(?:${MONEY})`);
// Digits with all that may part them, Japanese multiples between them; then a power of ten; then words.
const AMOUNT = /^(?:[\d.,'’ʼ_ ]*[十百千万億兆])*[\d.,'’ʼ_ ]*/;
const POWER = /^(?:e|[×x*·] ?10 ?\^ ?)([+-]?\d+)/;
const MULTIPLE = new RegExp(`^(?:(${Object.keys(WORDS).join("|")})s?|(${Object.keys(SHORT).join("|")}))(?![\\w^])`);
const COUNTED =
  "%|percentage|percent|per cent|pct|points?|pts?|pp|people|persons?|years?|yrs?|times|or so|パーセント|ポイント|" +
  "年(?:間|後|度)?|人|名|件|個|つ|回|倍|位|本|[かカヶヵケ箇](?:所|国)|国|くらい|ぐらい|ほど|程度|です";
const UNIT = new RegExp(`^(?:(?:${MONEY}|${COUNTED})(?![a-z])|[\\s()（）.,]+)`);

// One way of writing for full-width signs, dashes, spaces and raised digits.
export const plain = (text) =>
  text
    .replace(/[⁰¹²³⁴-⁹⁺⁻]+/g, (raised) => `^${raised}`)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‐-―−─]/g, "-")
    .replaceAll("、", ",")
    .replace(/[。・]/g, ".")
    .replace(/\s+/g, " ")
    .trim();

// What a text begins with is taken off as long as one of the patterns fits; tells what is left.
function takeOff(text, patterns, taken = () => {}) {
  for (;;) {
    const found = patterns.map((pattern) => text.match(pattern)).find((match) => match?.[0]);
    if (!found) return text;
    taken(found);
    text = text.slice(found[0].length).trimStart();
  }
}

// Digits without letters, where one of point and comma is the decimal sign and the other parts thousands; or NaN.
function readDigits(digits, decimal) {
  const [whole, part = "", ...more] = digits.replace(/[.,]$/, "").split(decimal);
  const groups = whole.split(/[.,'’ʼ_ ]/);
  const marks = new Set(whole.match(/[.,'’ʼ_ ]/g));
  const thousands = /^[1-9]\d{0,2}$/.test(groups[0]) && groups.slice(1).every((group) => group.length === 3);
  const lakhs = /^[1-9]\d?$/.test(groups[0]) && groups.slice(1, -1).every((group) => group.length === 2);
  const fits = groups.length === 1 || (marks.size === 1 && (thousands || (lakhs && groups.at(-1).length === 3)));
  const written = `${groups.join("")}.${part}`;
  return fits && !more.length && /^\d*\.\d*$/.test(written) && /\d/.test(written) ? Number(written) : Number.NaN;
}

// An amount such as 1,234 or 91億6000万.
function readAmount(amount, decimal) {
  let [total, section] = [0, undefined]; // 91億, and what comes before the next 万, 億 or 兆
  for (const [, digits, small, large] of amount.matchAll(/([^十百千万億兆]*)([十百千]?)([万億兆]?)/g)) {
    const written = digits.trim();
    if (written || small) {
      section = (section ?? 0) + (written ? readDigits(written, decimal) : 1) * (KANJI[small] ?? 1);
    }
    if (large) [total, section] = [total + (section ?? 1) * KANJI[large], undefined];
  }
  return total + (section ?? 0);
}

// What a unit such as "billion US dollars" or 億ドル multiplies by, and its other words.
function partsOf(unit) {
  let scale = 1;
  const words = plain(unit)
    .replace(/^[十百千万億兆]+/, (multiple) => {
      scale = readAmount(multiple, ".");
      return "";
    })
    .split(/[\s()]+/)
    .filter((word) => {
      scale *= WORDS[word] ?? 1;
      return word && !(word in WORDS);
    });
  return { scale, words };
}

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

// The numbers that a typed text can mean, the likeliest first; none where it is no number.
export function readNumbers(typed, unit = "") {
  let [sign, signs, power, multiple] = [1, 0, 0, 1];
  let text = takeOff(plain(typed), [ABOUT, MINUS, PLUS, COIN], ([word]) => {
    if (MINUS.test(`${word}1`)) sign = -sign;
    if (MINUS.test(`${word}1`) || PLUS.test(word)) signs += 1;
  });
  if (/[〇一二三四五六七八九]/.test(text)) {
    if (/\d/.test(text)) return []; // 一4 is more likely a dash than a one
    text = text.replace(/[〇一二三四五六七八九]/g, (digit) => DIGITS.indexOf(digit));
  }
  const [amount] = text.match(AMOUNT);
  let rest = text.slice(amount.length);
  if (amount === "10" && rest.startsWith("^")) rest = rest.replace(/^\^ ?([+-]?\d+)/, "e$1e-1");
  rest = takeOff(rest, [POWER], ([, digits]) => {
    power += Number(digits);
  });
  const own = partsOf(unit);
  const patterns = [...own.words.map((word) => new RegExp(`^${literally(word)}(?![a-z])`)), MULTIPLE, UNIT];
  rest = takeOff(rest, patterns, ([, long, short]) => {
    multiple *= WORDS[long] ?? SHORT[short] ?? 1;
  });
  if (rest || signs > 1) return [];
  const named = multiple > 1 || /[万億兆]/.test(amount);
  const found = [".", ","].flatMap((decimal) => {
    const value = sign * readAmount(amount, decimal) * 10 ** power * multiple;
    if (named) return [value / own.scale];
    return own.scale > 1 && Math.abs(value) >= own.scale ? [value, value / own.scale] : [value];
  });
  return amount.trim() ? [...new Set(found.filter(Number.isFinite).map((value) => Number(value.toPrecision(12))))] : [];
}
