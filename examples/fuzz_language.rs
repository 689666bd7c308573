//! The fuzz target's invariants under the stable toolchain: sentences of the tables, cut, joined, doubled and spoilt,
//! for some minutes. `cargo run --example fuzz_language -- MINUTES [SEED]`; a failure prints the text it failed on.

#[path = "../fuzz/invariants.rs"]
mod invariants;

use std::time::{Duration, Instant};

/// Xorshift: the same seed makes the same texts.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap_or(0)
    }
}

/// What is put between and into sentences.
const SPICE: &[&str] = &[
    "",
    "，",
    "。",
    "!",
    "?",
    "\n",
    " ",
    "、",
    "和",
    "没",
    "不",
    "了",
    "的",
    "「",
    "」",
    "#",
    "1.",
    "2、",
    "+1",
    "-0.2",
    "0.2元",
    "３",
    "第",
    "期",
    "月",
    "到",
    "替",
    "我和",
    "张三",
    "·",
    "(",
    ")",
    "[doge]",
    "✅",
    "\u{200B}",
    "\u{FE0F}",
    "\u{0}",
    "團",
    "囉",
    "零",
    "亿",
    "99999999999999999999",
    "@",
    "/",
    "小支",
    "撤销",
    "谁没",
    "更正",
    "应该是",
    "#接龙\n",
];

fn main() {
    let mut args = std::env::args().skip(1);
    let minutes: u64 = args.next().and_then(|a| a.parse().ok()).unwrap_or(10);
    let seed: u64 = args.next().and_then(|a| a.parse().ok()).unwrap_or(20_261_122);
    let rows = concat!(include_str!("../tests/language/sentences.tsv"), "\n", include_str!("../tests/language/cases.tsv"));
    let texts: Vec<String> = rows.lines().filter_map(|l| serde_json::from_str(l.split('\t').nth(1)?).ok()).collect();
    let mut dice = Dice(seed.max(1));
    let (started, mut runs) = (Instant::now(), 0_u64);
    while started.elapsed() < Duration::from_secs(minutes * 60) {
        for _ in 0..200 {
            let data = spoilt(&texts, &mut dice);
            if std::panic::catch_unwind(|| invariants::hold(&data)).is_err() {
                eprintln!("failed after {runs} runs, seed {seed}, on {data:?}: {:?}", String::from_utf8_lossy(&data[1..]));
                std::process::exit(1);
            }
            runs += 1;
        }
    }
    println!("{runs} texts in {minutes} minutes, seed {seed}: all held");
}

fn spoilt(texts: &[String], dice: &mut Dice) -> Vec<u8> {
    let mut chars: Vec<char> = Vec::new();
    for _ in 0..=dice.below(3) {
        let text = &texts[dice.below(texts.len())];
        let all: Vec<char> = text.chars().collect();
        let from = if dice.below(3) == 0 { dice.below(all.len()) } else { 0 };
        chars.extend(&all[from..]);
        chars.extend(SPICE[dice.below(SPICE.len())].chars());
    }
    for _ in 0..dice.below(5) {
        let at = dice.below(chars.len() + 1);
        match dice.below(4) {
            0 if at < chars.len() => drop(chars.remove(at)),
            1 => chars.splice(at..at, SPICE[dice.below(SPICE.len())].chars()).for_each(drop),
            2 => chars.insert(at, char::from_u32(u32::try_from(dice.below(0x1_F000)).unwrap_or(32)).unwrap_or('\u{FFFD}')),
            _ => {
                let end = (at + dice.below(12)).min(chars.len());
                let piece = chars[at..end].to_vec();
                chars.extend(piece);
            }
        }
    }
    let mut data = vec![u8::try_from(dice.below(256)).unwrap_or(0)];
    data.extend(chars.into_iter().collect::<String>().bytes());
    if dice.below(8) == 0 {
        let at = dice.below(data.len());
        data[at] = u8::try_from(dice.below(256)).unwrap_or(0);
    }
    data
}
