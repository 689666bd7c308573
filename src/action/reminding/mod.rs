//! What a secretary makes of reminders and notices, and the word for whoever runs the bot.

pub mod alarm;
pub(in crate::action) mod held;
pub mod hush;
pub mod notices;
pub(in crate::action) mod notices_due;
pub mod remind;
pub mod reminder_log;
pub mod reminders;
pub mod reminders_less;
pub mod resend;
