// My record: the questions of a page with what the reader has answered, to be printed or handed in.

const record = document.querySelector(".record");
const kept = globalThis.bluebookKept;
const [begin, again] = record.querySelectorAll(".record-begin button");
const sheet = record.querySelector(".record-sheet");
const body = sheet.querySelector("tbody");
const said = JSON.parse(record.dataset.words);
const [paper, file] = sheet.querySelectorAll("button");

const answerOf = ({ options, written }, { answer }) =>
  options ? options[answer] : written.replace("{}", () => answer);

// What became of an answer, in words.
function resultOf(content, given) {
  if (given.step === "checked") return content.words[given.right ? "right" : "wrong"];
  return said[given.step ?? "open"];
}

async function rows() {
  const questions = await globalThis.bluebook.questions();
  return questions.map((content) => {
    const given = kept.read(content);
    return [content.prompt, given ? answerOf(content, given) : said.none, given ? resultOf(content, given) : ""];
  });
}

async function fill() {
  const made = await rows();
  const cells = (row) => row.map((words) => Object.assign(document.createElement("td"), { textContent: words }));
  body.replaceChildren(
    ...made.map((row) => {
      const line = document.createElement("tr");
      line.append(...cells(row));
      return line;
    }),
  );
  const answered = made.filter(([, , result]) => result).length;
  const day = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  const values = { answered, questions: made.length, day };
  sheet.querySelector(".record-count").textContent = said.count.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  return made;
}

begin.addEventListener("click", async () => {
  begin.disabled = true;
  try {
    await fill();
    sheet.hidden = false;
  } catch (error) {
    sheet.hidden = true;
    record.querySelector("[role=status]").textContent = `${said.failed} (${error.message})`;
  }
  begin.disabled = false;
});

again.addEventListener("click", () => {
  kept.clear();
  location.reload();
});

// Prints the record alone.
paper.addEventListener("click", () => {
  document.body.classList.add("prints-record");
  addEventListener("afterprint", () => document.body.classList.remove("prints-record"), { once: true });
  print();
});

// A formula of a spreadsheet is a text here.
const cell = (words) => `"${words.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
file.addEventListener("click", async () => {
  const name = sheet.querySelector("input").value;
  const heads = [...sheet.querySelectorAll("th")].map((head) => head.textContent);
  const lines = [[said.name, name, ""], heads, ...(await fill())];
  const text = `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  const href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href, download: record.dataset.file }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
});

const show = () => record.classList.toggle("some", kept.some());
addEventListener("bluebook-kept", show);
show();
