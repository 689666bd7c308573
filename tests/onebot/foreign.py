"""The OneBot half of an implementation that is not ours (PyPI: euler-onebot), without QQ behind it.

It listens for the bot, tells a fixed story through that package's own event types, answers the bot's actions with its
own answer types, and prints each action that its own validation let pass, one JSON a line. See foreign.rs.
"""

import asyncio
import json
import sys

from euleronebot.hyperogger import Logger

Logger.create("euler", "CRITICAL")

from euleronebot.config import ForwardWebsocketConfig
from euleronebot.onebot import Adapter
from euleronebot.onebot import api, api_data, events, models, segments

SELF, GROUP, USER = 10000, 90000, 20001


def group_message(number, parts):
    sender = events.GroupSender(user_id=USER, nickname="n", sex="unknown", age=0, card="张三", area="", level="1", role="member", title="")
    return events.GroupMessageEvent(time=1800000000 + number, self_id=SELF, message_id=number, user_id=USER, group_id=GROUP, message=parts, raw_message="", sender=sender)


def text(t):
    return segments.Text(data=segments.TextData(text=t))


def story():
    at = segments.At(data=segments.AtData(qq=str(SELF)))
    image = segments.Image(data=segments.ImageData(file="a.png", url="http://127.0.0.1/a", summary="[图片]"))
    reply = segments.Reply(data=segments.ReplyData(id="1"))
    friend = events.PrivateSender(user_id=USER, nickname="三", sex="unknown", age=0)
    about = {"time": 1800000009, "self_id": SELF}
    yield events.LifecycleEvent(sub_type="connect", **about)
    yield events.HeartbeatEvent(interval=15000, status=models.BotStatus(online=True, good=True), **about)
    yield group_message(1, [text("交了团费 0.2元")])
    yield group_message(2, [reply, at, text(" 谁没交[CQ:at,qq=all]"), image])
    yield events.PrivateMessageEvent(message_id=3, user_id=USER, message=[text("我的记录")], raw_message="", sender=friend, **about)
    yield events.GroupFileUploadEvent(group_id=GROUP, user_id=USER, file=events.FileInfo(id="/f", name="名单.xlsx", size=9, busid=102), **about)
    yield events.GroupPokeEvent(group_id=GROUP, target_id=SELF, user_id=USER, **about)
    yield events.ReactionEvent(message_id=1, operator_id=USER, sub_type="add", code=1, count=1, **about)
    yield events.GroupRecallEvent(group_id=GROUP, operator_id=USER, user_id=USER, message_id=1, **about)


async def main(port):
    adapter = Adapter([ForwardWebsocketConfig(url=f"ws://127.0.0.1:{port}")])
    await adapter.setup()
    tasks = [asyncio.create_task(adapter.cycle())]
    while "root" not in adapter.connector.active_websocket_servers:
        await asyncio.sleep(0.01)
    for event in story():
        await adapter.trigger(event)
    sent = 700
    while True:
        call = await adapter.api_calls.get()
        print(json.dumps(call.model_dump(), ensure_ascii=False), flush=True)
        if isinstance(call, (api.SendGroupMessage, api.SendPrivateMessage)):
            sent += 1
            answer = api.SendGroupMessageResponse(status="ok", retcode=0, data=api_data.SendMsgRsp(message_id=sent), echo=call.echo)
        elif isinstance(call, api.GetLoginInfo):
            answer = api.GetLoginInfoResponse(status="ok", retcode=0, data=api_data.GetLoginInfoRsp(user_id=SELF, nickname="bot"), echo=call.echo)
        elif isinstance(call, api.GetGroupMemberList):
            member = api_data.GetGroupMemberInfoRsp(group_id=GROUP, user_id=USER, nickname="n", card="电信2101-张三", sex="unknown", age=0, area="", join_time=0, last_sent_time=0, level="1", role="member", title="")
            answer = api.GetGroupMemberListResponse(status="ok", retcode=0, data=api_data.GetGroupMemberListRsp([member]), echo=call.echo)
        elif isinstance(call, api.GetGroupList):
            group = api_data.GetGroupInfoRsp(group_id=GROUP, group_name="g", member_count=1, max_member_count=2)
            answer = api.GetGroupListResponse(status="ok", retcode=0, data=api_data.GetGroupListRsp([group]), echo=call.echo)
        else:
            answer = api.ActionFailedResponse(status="failed", retcode=1404, data=None, echo=call.echo)
        await adapter.report(answer)


asyncio.run(main(int(sys.argv[1])))
