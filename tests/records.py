"""Records of learners, made in a page as the questions make them."""

import random

PAGE = "01-oda"
QUESTIONS = "bluebookQuestions"
# Fills the store of a notebook as the questions do, and gives its code and what a file of it holds.
MAKE = """async ([stem, given, name]) => {
    const kept = bluebookKept.open(stem), questions = bluebookQuestions[stem].questions;
    kept.clear();
    for (const [key, votes] of Object.entries(given)) {
        const question = questions.find(each => each.name === key);
        const step = question.kind === "predict" ? "noted" : "checked";
        for (const vote of votes) {
            const isTyped = !question.options && !question.drawn;
            const typed = question.cases ? { place: vote } : isTyped ? { meant: vote * (question.scale ?? 1) } : {};
            const answer = isTyped ? String(vote * (question.scale ?? 1)) : vote;
            kept.write(question, { answer });
            kept.write(question, { answer, step, ...typed });
        }
        if (step === "noted") kept.write(question, { ...kept.read(question), step: "revealed" });
    }
    const record = bluebookCodes.recordOf(stem, questions, name);
    return [bluebookCodes.write(record, questions), bluebookCodes.fileOf([record])];
}"""

FILE = """async ([stem, name]) => {
    const questions = await bluebook.questions();
    return bluebookCodes.fileOf([bluebookCodes.recordOf(stem, questions, name)]);
}"""
# Answers the questions of a page as a learner does, some of them twice.
ANSWER = """async (given) => {
    await bluebook.all();
    const questions = await bluebook.questions(), forms = [...document.querySelectorAll("form.question")];
    for (const [place, { name, kind, options, cases, scale = 1 }] of questions.entries()) {
        const inputs = forms[place].querySelectorAll("input");
        const press = at => forms[place].querySelectorAll("button")[at].click();
        for (const [at, vote] of (given[name] ?? []).entries()) {
            if (at && kind === "predict") press(1);
            if (options) inputs[vote].click();
            else {
                inputs[0].value = String(cases ? (cases[vote]?.answers[0] ?? -98765) : vote * scale);
                inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
            }
            press(0);
        }
        if (given[name] && kind === "predict") press(0);
    }
}"""

# The longest code of a notebook: all questions answered, and a name of as many letters as there may be.
LONGEST = """stem => {
    const { questions } = bluebookQuestions[stem];
    const answers = questions.map(({ name, options, drawn, cases }) => {
        const guess = drawn && Array(drawn.labels.length - drawn.known).fill(drawn.between[1]);
        const numbers = cases ? [0, cases.length] : [-1.234567e-10, -9.876543e-10];
        const votes = options ? [options.length - 1, 0] : drawn ? [guess, guess] : numbers;
        return [name, { votes, step: "revealed", tries: 12 }];
    });
    const mark = bluebookCodes.recordOf(stem, questions, "").mark;
    const name = "長".repeat(bluebookCodes.NAME);
    const times = { first: 1, last: 4e9, minutes: 9999 };
    const record = { notebook: stem, mark, id: "zzzzz", name, ...times, answers: Object.fromEntries(answers) };
    const code = bluebookCodes.write(record, questions);
    const read = bluebookCodes.read(code, bluebookQuestions);
    return [code, Object.keys(read.answers).length === questions.length && read.name === name];
}"""


def votes(question, chance):
    """A first vote, and in a third of all cases another one."""
    times = range(1 + (chance.random() < 1 / 3))
    if options := question["options"]:
        return [chance.randrange(len(options)) for _ in times]
    if cases := question.get("cases"):
        return [chance.randrange(len(cases) + 1) for _ in times]
    if drawn := question["drawn"]:
        hidden = drawn["labels"][drawn["known"] :]
        return [[chance.uniform(*drawn["between"]) for _ in hidden] for _ in times]
    return [chance.choice([1.5, 9.2, 12, -3]) for _ in times]


def make_class(page, address, size=40):
    """What learners answer, the code and the file of each; the first two answer in the pages of both languages.

    These leave open what is drawn: test_drawing draws it.
    """
    page.goto(f"{address}/en/record.html")
    questions, chance = page.evaluate(QUESTIONS)[PAGE]["questions"], random.Random(18)
    given = [
        {
            each["name"]: votes(each, chance)
            for each in questions
            if chance.random() < 0.9 and (at > 1 or not each["drawn"])
        }
        for at in range(size)
    ]
    made = [page.evaluate(MAKE, [PAGE, each, f"Learner {at}"]) for at, each in enumerate(given)]
    for at, code in enumerate(("en", "ja")):
        page.evaluate("localStorage.clear()")
        page.goto(f"{address}/{code}/{PAGE}.html")
        page.evaluate(ANSWER, given[at])
        show_record(page)
        page.locator(".record input").fill(f"Learner {at}")
        content = page.evaluate(FILE, [PAGE, f"Learner {at}"])
        made[at] = page.locator(".record-code textarea").input_value(), content
    return given, [code for code, _ in made], [content for _, content in made]


def show_record(page):
    """Open the record at the end of a page."""
    page.locator(".record-begin button").first.click()
    page.locator(".record-sheet").wait_for()
