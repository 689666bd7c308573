//! Which files make up the configuration: a folder's own over the embedded ones.

use super::Problem;
use super::reader::{Problems, did_you_mean};
use super::{defaults, messages::Lang};
use std::collections::BTreeMap;
use std::path::Path;

/// A file's text.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Below the folder: `duties/dues.toml`.
    name: String,
    /// What problems call it: with the folder's path, or the bare name of an embedded file.
    pub place: String,
    pub text: String,
}

impl File {
    /// `dues` of `duties/dues.toml`.
    pub fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }
}

/// A folder's own files, by name.
#[derive(Debug, Default)]
pub(super) struct Folder(BTreeMap<String, File>);

/// Folders below the folder, with the ending of their files.
const BELOW: [(&str, &str); 3] = [("duties", "toml"), ("messages", "ftl"), ("holidays", "toml")];

impl Folder {
    /// Reads every file. What has no business there is noted, notes and hidden files aside.
    pub fn open(path: &Path, problems: &mut Problems) -> Self {
        let mut folder = Self::default();
        let known: Vec<&str> = ["bot.toml", "roles.toml"].into_iter().chain(BELOW.iter().map(|(name, _)| *name)).collect();
        for (name, is_folder) in entries(path, problems) {
            let below = BELOW.iter().find(|(below, _)| *below == name);
            match (is_folder, below) {
                (true, Some((below, ending))) => {
                    for (file, _) in entries(&path.join(below), problems) {
                        let place = path.join(below).join(&file);
                        let wrong = match file.rsplit_once('.') {
                            Some((stem, e)) if e == *ending && *below == "messages" && !Lang::ALL.iter().any(|l| l.key() == stem) => {
                                Some(format!("no language of the bot's{}", did_you_mean(stem, Lang::ALL.map(Lang::key))))
                            }
                            Some((_, e)) if e == *ending => None,
                            _ => Some(format!("files here end in .{ending}: rename it or take it away")),
                        };
                        match wrong {
                            Some(what) => note(problems, &place, what),
                            None => folder.read(format!("{below}/{file}"), &place, problems),
                        }
                    }
                }
                (false, None) if known.contains(&name.as_str()) => folder.read(name.clone(), &path.join(&name), problems),
                _ => note(problems, &path.join(&name), format!("this is no part of the configuration{}", did_you_mean(&name, known.iter().copied()))),
            }
        }
        folder
    }

    fn read(&mut self, name: String, path: &Path, problems: &mut Problems) {
        match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => {
                // editors of some systems begin a file with a byte-order mark
                let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned);
                self.0.insert(name.clone(), File { name, place: path.display().to_string(), text });
            }
            Ok(Err(e)) => {
                let good = String::from_utf8_lossy(e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default());
                let line = good.matches('\n').count() + 1;
                problems.0.push(Problem { place: path.display().to_string(), line, what: "this is not UTF-8: save the file as UTF-8".into() });
            }
            Err(e) => note(problems, path, format!("it can't be read: {e}")),
        }
    }

    /// The folder's own file of this name.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.0.get(name)
    }

    /// The folder's own file, else the embedded one.
    pub fn or_default(&self, name: &str) -> Option<File> {
        self.file(name).cloned().or_else(|| defaults::text(name).map(|text| embedded(name, text)))
    }

    /// Every file below `prefix`, the folder's own in the place of the embedded of its name.
    pub fn over_defaults(&self, prefix: &str) -> Vec<File> {
        let shipped = defaults::FILES.iter().map(|(name, text)| (*name, embedded(name, text)));
        let own = self.0.iter().map(|(name, file)| (name.as_str(), file.clone()));
        let all: BTreeMap<&str, File> = shipped.chain(own).filter(|(name, _)| name.starts_with(prefix)).collect();
        all.into_values().collect()
    }
}

fn embedded(name: &str, text: &str) -> File {
    File { name: name.to_owned(), place: name.to_owned(), text: text.to_owned() }
}

fn note(problems: &mut Problems, path: &Path, what: String) {
    problems.0.push(Problem { place: path.display().to_string(), line: 0, what });
}

/// The names in a folder, sorted, and whether each is a folder; without hidden files, editors' copies and notes.
fn entries(path: &Path, problems: &mut Problems) -> Vec<(String, bool)> {
    let found = match std::fs::read_dir(path) {
        Ok(found) => found,
        Err(e) => {
            note(problems, path, format!("the folder can't be read: {e}"));
            return Vec::new();
        }
    };
    let mut all: Vec<(String, bool)> = found.flatten().map(|e| (e.file_name().to_string_lossy().into_owned(), e.path().is_dir())).collect();
    all.retain(|(name, _)| !name.starts_with('.') && !name.ends_with('~') && !name.to_lowercase().ends_with(".md") && !name.starts_with("README"));
    all.sort();
    all
}
