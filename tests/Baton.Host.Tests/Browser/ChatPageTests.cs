using Baton.Host.Tests.Topologies;

namespace Baton.Host.Tests.Browser;

/// <summary>The chat page in a real browser; the cases are in cases.mjs.</summary>
[Collection(ProcessTests.Name)]
public sealed class ChatPageTests(BrowserDriver browser) : IClassFixture<BrowserDriver>
{
    [Fact]
    public Task Load_WithAnAnswer_NoErrorsAndNothingFromElsewhere() => browser.PassesAsync("loads");

    [Fact]
    public Task Send_AMessage_TheAnswerGrowsAndFinishes() => browser.PassesAsync("streams");

    [Fact]
    public Task Send_AFollowUp_GoesWithTheHistory() => browser.PassesAsync("followsUp");

    [Fact]
    public Task NewChat_WhileAnswering_ForgetsTheHistory() => browser.PassesAsync("startsAnew");

    [Fact]
    public Task Stop_ByButton_CancelsAndThePageGoesOn() => browser.PassesAsync("stopsByButton");

    [Fact]
    public Task Stop_ByEscape_CancelsAndThePageGoesOn() => browser.PassesAsync("stopsByEscape");

    [Fact]
    public Task Send_WithoutAServer_SaysSoAndKeepsTheMessage() => browser.PassesAsync("isUnreachable");

    [Fact]
    public Task Connection_CutThreeTimes_TheAnswerIsWhole() => browser.PassesAsync("resumesAfterACut");

    [Fact]
    public Task Connection_AwayForAWhile_TheAnswerIsWhole() => browser.PassesAsync("resumesAfterAnAbsence");

    [Fact]
    public Task Connection_BackToAServerThatForgot_SaysSoAndKeepsTheMessage() => browser.PassesAsync("isForgotten");

    [Fact]
    public Task Stop_WhileTheConnectionIsAway_EndsTheWait() => browser.PassesAsync("stopsWhileAway");

    [Fact]
    public Task Layout_360PixelsWide_NothingSticksOut() => browser.PassesAsync("isNarrow");

    [Fact]
    public Task Text_LightScheme_HasContrast() => browser.PassesAsync("isReadableInLight");

    [Fact]
    public Task Text_DarkScheme_HasContrast() => browser.PassesAsync("isReadableInDark");

    [Fact]
    public Task Keyboard_Alone_SendsBreaksLinesAndShowsTheFocus() => browser.PassesAsync("worksByKeyboard");

    [Fact]
    public Task Answer_ForScreenReaders_IsReadOutOnceWhole() => browser.PassesAsync("speaksToReaders");

    [Fact]
    public Task Answer_OfMarkup_IsShownAsText() => browser.PassesAsync("showsMarkupAsText");
}
