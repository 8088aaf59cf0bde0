// Narrows check boxes as one types: by words in either script, with or without diacritics, in either spelling.
// The page works without it: its button asks the server, which also knows codes that are not on the page.

const LATIN = Object.fromEntries(
  "а:a б:b в:v г:g д:d ђ:đ е:e ж:ž з:z и:i ј:j к:k л:l љ:lj м:m н:n њ:nj о:o п:p р:r с:s т:t ћ:ć у:u ф:f х:h ц:c ч:č џ:dž ш:š"
    .split(" ")
    .map((pair) => pair.split(":")),
);
const PLAIN = { đ: "d", ł: "l", ø: "o", ß: "ss", æ: "ae", ı: "i" };
// Spellings of one sound in the two languages, longest first; as SAME_SOUND in core/scripts.py.
const SAME_SOUND =
  "xh:dz dž:dz gj:dj đ:dj sh:s š:s zh:z ž:z x:dz rr:r ll:l lj:l th:t dh:d q:c ç:c ć:c č:c y:i ë:e"
    .split(" ")
    .map((pair) => pair.split(":"));

function small(text) {
  return text.normalize("NFC").toLowerCase().replace(/[а-џ]/g, (letter) => LATIN[letter] ?? letter);
}

function plain(text) {
  const kept = text.replace(/[đłøßæı]/g, (letter) => PLAIN[letter]);
  return kept.normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Small Latin letters without diacritics, one space between words. */
export function fold(text) {
  return plain(small(text)).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The text as both languages would sound it: Todić and Todiq agree. */
export function sound(text) {
  const spelled = SAME_SOUND.reduce((kept, [spelling, common]) => kept.replaceAll(spelling, common), small(text));
  return fold(spelled);
}

/** Whether a label, given folded and sounded, holds every word. A code is found with and without its dot. */
export function holds(label, words) {
  return words.every((word) => label.folded.includes(fold(word)) || label.sounded.includes(sound(word)));
}

/** The words without so many letters of their ends, never shorter than three; numbers stay whole. */
export function shortened(words, cut) {
  return words.map((word) => (/^\p{L}+$/u.test(word) ? word.slice(0, Math.max(word.length - cut, 3)) : word));
}

/** The sentence for a number, in the plural form of the page's language. */
export function sentence(texts, number, language) {
  if (number === 0) return texts.none;
  const form = new Intl.PluralRules(language).select(number);
  return (texts[form] ?? texts.other).replace("{n}", new Intl.NumberFormat(language).format(number));
}

function watch(said) {
  const field = document.getElementById(said.dataset.find);
  const among = document.getElementById(said.dataset.among);
  const language = document.documentElement.lang;
  const boxes = [...among.querySelectorAll(".found .choice, .groups .choice")].map((row) => {
    const text = row.textContent;
    const code = row.dataset.code ?? "";
    const words = `${text} ${code.replace(".", "")} ${code.replace(/^0/, "")}`;
    return { row, folded: fold(words), sounded: sound(words) };
  });
  const groups = [...among.querySelectorAll(".groups details")];
  const opened = new Set();

  function narrow() {
    const words = field.value.split(/\s+/).filter((word) => fold(word));
    // When nothing fits, an ending more or less does not matter: drvo finds drveta.
    const tries = [0, 1, 2].map((cut) => shortened(words, cut));
    const wanted = tries.find((some) => boxes.some((box) => holds(box, some)));
    const all = words.length === 0 || !wanted; // when nothing fits, everything stays in sight, so that nobody is stuck
    let number = 0;
    for (const box of boxes) {
      const fits = wanted !== undefined && holds(box, wanted);
      // A ticked box is never hidden: whoever looks for more must see what is chosen.
      box.row.hidden = !all && !fits && !box.row.querySelector("input").checked;
      if (fits) number += 1;
    }
    for (const group of groups) {
      const some = [...group.querySelectorAll(".choice")].some((row) => !row.hidden);
      group.hidden = !some;
      if (!all && some && !group.open) {
        group.open = true;
        opened.add(group);
      } else if (all && opened.delete(group)) {
        group.open = group.querySelector("input:checked") !== null;
      }
    }
    return words.length ? sentence(said.dataset, number, language) : "";
  }

  let waiting = 0;
  function tell() {
    const text = narrow();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      said.textContent = text; // once somebody pauses, so that a screen reader is not interrupted at each letter
    }, 350);
  }

  field.addEventListener("input", tell);
  if (field.value) tell(); // typed before this script was there, or given back by the browser
}

for (const said of document.querySelectorAll("[data-find]")) watch(said);
