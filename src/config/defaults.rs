//! `bot-config/` as it was when the binary was built. A test proves that every file there is listed here.

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../bot-config/", $name)))),*]
    };
}

/// Every file: its path below `bot-config/`, and its text.
#[rustfmt::skip]
pub const FILES: &[(&str, &str)] = embedded![
    "bot.toml",
    "duties/committee_meeting.toml",
    "duties/dues.toml",
    "duties/general_meeting.toml",
    "duties/group_meeting.toml",
    "duties/league_lesson.toml",
    "duties/lecture_hall.toml",
    "duties/study.toml",
    "duties/theme_day.toml",
    "holidays/2026.toml",
    "messages/en.ftl",
    "messages/zh-CN.ftl",
    "roles.toml",
];

/// The text of one of them.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}
