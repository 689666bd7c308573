//! What is on a button: which question it answers, what it says, and a signature that binds both to the chat and to the
//! one person who was asked. Clients can send whatever they like as a button's data.

use crate::domain::message::{ChatKey, Choices};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of data on one button.
const MOST: usize = 64;
/// Bytes of the signature.
const SIGNATURE: usize = 9;
/// The same as text.
const SIGNED: usize = SIGNATURE / 3 * 4;

/// Signs buttons.
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// With a key of its own made from the bot's token, so that buttons outlive a restart.
    pub fn new(token: &str) -> Self {
        let key = Hmac::<Sha256>::new_from_slice(token.as_bytes()).expect("a key of any length will do");
        Self(key.chain_update(b"the buttons of a bot's question\0"))
    }

    fn signature(&self, chat: &ChatKey, question: &str, says: &str, of: &str) -> String {
        let mac = self.0.clone().chain_update(format!("{chat}\0{of}\0{question}\0{says}")).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&mac[..SIGNATURE])
    }

    /// The data of each button; none where they don't all fit.
    pub fn data(&self, chat: &ChatKey, choices: &Choices) -> Option<Vec<(String, String)>> {
        let Choices { question, of, all } = choices;
        if all.is_empty() || question.contains(' ') {
            return None;
        }
        let data = |says: &str| format!("{}{question} {says}", self.signature(chat, question, says, of));
        let all: Vec<_> = all.iter().map(|c| (c.label.clone(), data(&c.says))).collect();
        all.iter().all(|(_, d)| d.len() <= MOST).then_some(all)
    }

    /// The question and what is said, where these buttons are this person's in this chat.
    pub fn read<'d>(&self, chat: &ChatKey, of: &str, data: &'d str) -> Option<(&'d str, &'d str)> {
        let (signature, rest) = data.split_at_checked(SIGNED)?;
        let (question, says) = rest.split_once(' ')?;
        let right = self.signature(chat, question, says, of);
        bool::from(subtle::ConstantTimeEq::ct_eq(right.as_bytes(), signature.as_bytes())).then_some((question, says))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Choice;

    #[test]
    fn a_button_is_one_persons_in_one_chat() {
        let signer = Signer::new("123:abc");
        let chat = ChatKey::group("telegram", "-1");
        let choices =
            |says: &str| Choices { question: "0123456789abcdef".into(), of: "7".into(), all: vec![Choice { label: "是".into(), says: says.into() }] };
        let data = signer.data(&chat, &choices("是")).unwrap().remove(0).1;
        assert!(data.len() <= MOST);
        assert_eq!(signer.read(&chat, "7", &data), Some(("0123456789abcdef", "是")));
        assert_eq!(signer.read(&chat, "8", &data), None, "somebody else");
        assert_eq!(signer.read(&ChatKey::group("telegram", "-2"), "7", &data), None, "another chat");
        assert_eq!(signer.read(&chat, "7", &data.replace('是', "否")), None, "other words");
        assert_eq!(Signer::new("123:abd").read(&chat, "7", &data), None, "another bot");
        for broken in ["", "x", "是是是是是是", &data[..SIGNED], &data[1..]] {
            assert_eq!(signer.read(&chat, "7", broken), None, "{broken}");
        }
        assert_eq!(signer.data(&chat, &choices(&"很".repeat(40))), None, "too long for a button: the text stands");
    }
}
