"""What the services of the engine are called where an analyst chooses them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.declared_words import Words

#: Name behind urn:changxiao:service: to its label.
SERVICE_WORDS: Mapping[str, Words] = {
    "register_problem": Words(zh="登记问题并编号", en="Register and number a problem"),
    "send_clue": Words(zh="移交线索", en="Hand over as a clue"),
    "deliver_notice": Words(zh="送达通知", en="Deliver the notice"),
    "reject_to_issuer": Words(zh="退回签发人", en="Send back to the issuer"),
    "start_limit": Words(zh="起算整改时限", en="Start the limit"),
    "renew_limit": Words(zh="重定整改时限", en="Renew the limit"),
    "draw_sample": Words(zh="核验抽查", en="Draw for verification"),
    "close_problem": Words(zh="销号", en="Close the problem"),
    "record_recheck": Words(zh="登记回头看结果", en="Record the re-check"),
    "open_study": Words(zh="登记专题研究", en="Register the half-yearly study"),
    "list_hearers": Words(zh="确定谈话听取人", en="Find who hears opinions"),
    "sort_problems": Words(zh="梳理交办清单", en="Sort the problems of the study"),
    "send_early_signs": Words(zh="移送违纪违法苗头", en="Pass on early signs of a breach"),
    "note_zero_problems": Words(zh="登记零问题说明", en="Note a statement of zero problems"),
    "open_responsibility": Words(zh="建立年度责任台账", en="Open the year's responsibilities"),
    "prepare_letters": Words(zh="生成履职承诺书", en="Generate commitment letters"),
    "open_change": Words(zh="登记岗位变动", en="Register a change of post"),
    "warn_of_vacancy": Words(zh="提示岗位空缺", en="Tell of a vacant post"),
    "issue_level": Words(zh="发出本级督办", en="Issue the level of the ladder"),
    "tell_level": Words(zh="通知有关人员", en="Tell those concerned"),
    "next_threshold": Words(zh="推算下一级督办时间", en="Work out the next threshold"),
    "record_answer": Words(zh="登记书面说明", en="Record the written statement"),
    "apply_decision": Words(zh="落实上级决定", en="Apply the superior's decision"),
    "start_accountability": Words(zh="启动问责", en="Start the accountability review"),
    "register_major": Words(zh="登记重大事项", en="Register a major matter"),
    "record_phone": Words(zh="登记电话报告", en="Note the report by phone"),
    "file_major_report": Words(zh="报送书面初报", en="Send the first written report"),
    "record_followup": Words(zh="登记续报", en="Note a follow-up report"),
    "record_receipt": Words(zh="登记接收研判", en="Note receipt and assessment"),
    "archive_major": Words(zh="重大事项归档", en="Archive a major matter"),
    "close_ladder": Words(zh="结束督办", en="Close the ladder"),
    "name_approvers": Words(zh="确定审批人", en="Name who approves"),
    "make_document": Words(zh="生成文书", en="Draw up a document"),
    "record_evidence": Words(zh="登记义务办结依据", en="Record evidence of an obligation"),
    "open_obligation": Words(zh="设立事项性义务", en="Open an obligation"),
    "cancel_draw": Words(zh="作废抽取承诺", en="Cancel a promised draw"),
    "promise_recheck": Words(zh="公布回头看抽样承诺", en="Promise the sample of second looks"),
    "draw_recheck": Words(zh="抽取回头看问题", en="Draw the sample of second looks"),
    "ask_recheck": Words(zh="查询回头看抽样结果", en="Ask whether a second look was drawn"),
    "open_round": Words(zh="督查立项保密", en="Open a round of inspections, sealed"),
    "weigh_units": Words(zh="测算备选单位", en="Weigh the units of the pool"),
    "commit_draw": Words(zh="公布抽取承诺值", en="Publish the commitment to a draw"),
    "draw_round": Words(zh="随机抽取单位和督查组", en="Draw units and teams"),
    "dispatch_visit": Words(zh="派出督查组", en="Send out a team"),
    "gather_visit": Words(zh="汇总督查结果", en="Gather what a visit found"),
    "sum_up_round": Words(zh="研判同类问题", en="Look for common topics"),
    "open_visit": Words(zh="现场督查编号", en="Number a visit"),
    "check_in": Words(zh="签到分流", en="Check in and part the findings"),
    "ask_reply": Words(zh="送被督查单位说明", en="Ask the inspected unit"),
    "open_reply": Words(zh="起算说明期", en="Begin the time for the reply"),
    "return_reply": Words(zh="回传说明", en="Hand the reply to the team"),
    "settle_findings": Words(zh="整理认定结果", en="Settle what is held of the findings"),
    "report_visit": Words(zh="报送督查结果", en="Report a visit to its round"),
    "schedule_sessions": Words(zh="排定培训班次", en="Schedule the sessions"),
    "consider_bulletin": Words(zh="核对通报来源", en="Whose bulletin it is"),
    "add_session": Words(zh="排定增设班次", en="Schedule the added session"),
    "count_attendance": Words(zh="核对应训人员", en="Count the attendance"),
    "record_make_up": Words(zh="核对补训", en="Count the make-up"),
    "check_coverage": Words(zh="核对年度覆盖", en="Check the coverage"),
    "list_branches": Words(zh="核定支部和领导", en="List branches and leaders"),
    "count_study": Words(zh="核对到学率", en="Count who has studied"),
    "draw_study": Words(zh="抽取学习核验", en="Draw for verification"),
    "check_lecture": Words(zh="核对主讲人", en="Check who lectured"),
    "close_half": Words(zh="期满核对", en="Look at what is open at the end of the half"),
    "open_bulletin_study": Words(zh="确定学习支部", en="Name the branches that study"),
    "check_branch": Words(zh="核对支部", en="Check the branch"),
    "decide_objection": Words(zh="落实异议审定", en="Uphold or withdraw the card"),
}


def service_words(name: str) -> Words:
    """Its label, or the name itself for one that has none."""
    return SERVICE_WORDS.get(name, Words(zh=name, en=name))
