//! The people of the demo's county: made up, each name put together for this list.

use crate::domain::role::Role;

/// The county committee's path; the town's and the branches' begin with it.
pub const COUNTY: &str = "余庆县团委";
/// The town committee's path.
pub const TOWN: &str = "余庆县团委/白泥镇团委";

/// A branch of the demo.
pub struct Branch {
    /// Its own name, below the town.
    pub name: &'static str,
    /// Its group in the web chat, and the beginning of its members' account ids.
    pub key: &'static str,
    /// Its 30 members. By place: the secretary, the treasurer, then the rest.
    pub names: [&'static str; 30],
}

/// Both branches. 李婷婷 is in each of them: two people of one name.
pub const BRANCHES: [Branch; 2] = [
    Branch {
        name: "河滨团支部",
        key: "a",
        names: [
            "韦春晓",
            "罗文博",
            "石志远",
            "杨小雨",
            "欧阳明月",
            "吴桂香",
            "龙飞跃",
            "田雨桐",
            "李婷婷",
            "潘国栋",
            "陆瑶瑶",
            "蒙阿朵",
            "岑家豪",
            "覃思源",
            "黎佳宁",
            "冉启航",
            "令狐青松",
            "谭晓芸",
            "毛俊熙",
            "周艺涵",
            "阿依努尔·热合曼",
            "邓子墨",
            "熊书颖",
            "郑凯文",
            "任可欣",
            "袁嘉树",
            "莫若兰",
            "骆一鸣",
            "贺锦程",
            "单晓彤",
        ],
    },
    Branch {
        name: "青茶团支部",
        key: "b",
        names: [
            "王清扬",
            "安晨曦",
            "张沐阳",
            "李婷婷",
            "司徒静好",
            "何新月",
            "陈怀瑾",
            "朱雨薇",
            "曾庆禾",
            "廖星宇",
            "扎西平措",
            "刘念慈",
            "仇子衿",
            "胡文静",
            "彭向阳",
            "余欢颜",
            "上官云帆",
            "林知夏",
            "梁煜城",
            "宋佳怡",
            "金哲宇",
            "赵梦琪",
            "苏和畅",
            "孟繁星",
            "解语诗",
            "唐亦凡",
            "方若溪",
            "白玛央金",
            "程思齐",
            "江雪柔",
        ],
    },
];

/// What somebody at this place of a branch's list does there, on the roster.
pub fn post(place: usize) -> Option<&'static str> {
    match place {
        0 => Some("团支书"),
        1 => Some("组织委员"),
        2 => Some("宣传委员"),
        _ => None,
    }
}

/// The 团小组 of that place.
pub fn group(place: usize) -> &'static str {
    ["第一小组", "第二小组", "第三小组"][place % 3]
}

/// The role granted at the branch, for that place.
pub fn role(place: usize) -> Option<Role> {
    match place {
        0 => Some(Role::Secretary),
        1 => Some(Role::Treasurer),
        _ => None,
    }
}

/// Who sits on the town committee as well: (branch, place). A committee has no members of its own.
pub const OFFICER: (usize, usize) = (0, 2);

/// Bands that differ from the default, where the configuration knows them: (branch, place, band). Some have work.
pub const BANDS: [(usize, usize, &str); 5] = [(0, 1, "pay_4"), (0, 2, "pay_8"), (0, 9, "pay_3"), (1, 0, "pay_6"), (1, 8, "farmer")];

/// Who came to the branch in the last of the months before this one: (branch, place).
pub const NEWCOMER: (usize, usize) = (1, 29);

/// Who has paid nothing since the beginning: (branch, place), one in each branch, for the private warnings.
pub const SILENT: [(usize, usize); 2] = [(0, 27), (1, 21)];

/// What theme days were about, oldest first.
pub const TOPICS: [&str; 4] = ["清洁家园志愿行动", "学习先进青年故事会", "返乡青年创业分享", "重温入团誓词"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn names_differ_but_for_one_pair_across_the_branches() {
        let mut seen: HashMap<&str, Vec<&str>> = HashMap::new();
        for b in &BRANCHES {
            for name in b.names {
                seen.entry(name).or_default().push(b.key);
            }
        }
        let shared: Vec<_> = seen.iter().filter(|(_, at)| at.len() > 1).collect();
        assert_eq!(shared, [(&"李婷婷", &vec!["a", "b"])]);
    }
}
