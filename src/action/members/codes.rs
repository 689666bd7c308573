//! One-time codes: what is kept of them is a digest. `绑定码 姓名` hands them out, in private only.

use super::people;
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{self, Found};
use crate::action::show;
use crate::domain::role::Permission;
use crate::effects::Random;
use crate::error::{Error, Mistake};
use crate::store::members::accounts::CodeFor;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How long a binding code is good, milliseconds.
const GOOD_FOR: i64 = 24 * 60 * 60_000;
/// Names that one message may ask codes for.
const MOST: usize = 60;

/// What is kept of a code: SHA-256, hex. A binding code is short, so it is digested with the person that it is for:
/// two people may have the same one.
pub fn digest(purpose: &CodeFor, code: &str) -> String {
    // read from a screen and typed on a phone: case does not count
    let code = code.trim().to_ascii_uppercase();
    let text = match purpose {
        CodeFor::Activate => code,
        CodeFor::Bind(person) => format!("bind:{person}:{code}"),
    };
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Six digits.
fn six(random: &dyn Random) -> String {
    format!("{:06}", random.below(1_000_000))
}

/// `绑定码 姓名…`: in private, to whoever may approve accounts of these people.
pub async fn hand_out_code(cx: &Context, names: &[String]) -> Result<Reply, Error> {
    cx.speaker()?;
    if !cx.private() {
        return Err(Mistake::new("code-in-private").into());
    }
    if names.is_empty() {
        return Err(Mistake::new("code-for-whom").into());
    }
    let mut lines = Vec::new();
    let mut given = false;
    for name in names.iter().take(MOST) {
        let shown = show::name(name);
        let all = if is_number(name) { numbered(cx, name).await? } else { reading::called(cx, name).await? };
        let mine: Vec<_> = all.iter().filter(|f| cx.may(Permission::ApproveAccounts, &f.branch.roster.org)).collect();
        if mine.is_empty() {
            let key = if all.is_empty() { "code-unknown" } else { "code-not-yours" };
            lines.push(cx.say(key, &[("name", shown.as_str().into())]));
            continue;
        }
        // of namesakes, say whose code it is; where that can't be said, none is given
        let alone = |f: &Found| f.member().map(|m| cx.bot.beside(&f.branch.roster, m, cx.today, false)).unwrap_or_default();
        let which: Vec<String> = mine.iter().map(|f| if mine.len() > 1 { f.which(cx) } else { alone(f) }).collect();
        if (1..which.len()).any(|n| which[..n].contains(&which[n])) {
            lines.push(cx.say("code-namesakes", &[("name", shown.as_str().into()), ("count", mine.len().into())]));
            continue;
        }
        for (found, whose) in mine.iter().zip(which) {
            let purpose = CodeFor::Bind(found.person);
            given = true;
            let code = six(&*cx.bot.effects.random);
            cx.bot.store.keep_code(&digest(&purpose, &code), &purpose, cx.now + GOOD_FOR).await?;
            let name = found.member().map_or_else(|| shown.clone(), |m| show::name(&m.name));
            lines.push(cx.say("code-line", &[("name", name.into()), ("which", whose.into()), ("code", code.into())]));
        }
    }
    if given {
        lines.push(cx.say("code-how", &[]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// Whether it is a league number or the end of one, rather than a name.
fn is_number(said: &str) -> bool {
    said.len() >= 4 && said.bytes().all(|b| b.is_ascii_digit())
}

/// Whose league number this is, or ends so, of those whom the speaker can speak of.
async fn numbered(cx: &Context, number: &str) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for branch in reading::fresh(cx, &people::scope(cx).await?).await? {
        let has = |n: &Option<String>| n.as_deref().is_some_and(|n| n.ends_with(number));
        found.extend(branch.roster.on(cx.today).filter(|m| has(&m.league_number)).map(|m| Found { person: m.person, branch: branch.clone() }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::effects::SeededRandom;

    #[test]
    fn digests_differ_by_person_and_codes_are_six_digits() {
        let a = digest(&CodeFor::Bind(PersonId(1)), "012345");
        assert_eq!(a, digest(&CodeFor::Bind(PersonId(1)), " 012345 "));
        assert_ne!(a, digest(&CodeFor::Bind(PersonId(2)), "012345"));
        assert_eq!(digest(&CodeFor::Activate, "abc"), digest(&CodeFor::Activate, "ABC"));
        assert_eq!(digest(&CodeFor::Activate, "ABC"), "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78");
        let random = SeededRandom::new(1);
        for _ in 0..1000 {
            let code = six(&*random);
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }
}
