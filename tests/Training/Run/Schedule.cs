namespace Baton.Training.Run;

/// <summary>
/// Everything that changes over a run, as a function of progress in [0, 1] (share of the time budget that is spent):
/// a run on a busy machine sees fewer tokens but still ends with a fully cooled learning rate.
/// </summary>
public static class Schedule
{
    private const double WarmUp = 0.02;
    private const double CoolDown = 0.4;

    public static double Rate(double progress)
    {
        var cooling = Math.Clamp((1 - progress) / CoolDown, 0, 1);
        return Math.Min(Math.Min(1, progress / WarmUp), cooling) + 1e-3;
    }

    /// <summary>
    /// Whether this step is a drill: short rows of nothing but echoes. Looking back is a skill that forms all at once
    /// or not at all. Spread thinly over the mixture it had not formed after five million tokens; drills took half a
    /// million, and names in stories and answers in chats followed.
    /// </summary>
    public static bool IsDrill(double progress, int step) => progress switch
    {
        < 0.10 => false,
        < 0.22 => step % 2 == 0,
        < 0.84 => step % 6 == 0,
        _ => false,
    };

    public static (int Rows, int Length) DrillBatch => (64, 48);

    public static (int Rows, int Length) Batch(double progress) => progress switch
    {
        < 0.45 => (32, 128),
        < 0.96 => (16, 256),
        < 0.985 => (8, 512),
        _ => (2, 2048),
    };

    /// <summary>Old novels give breadth early on; clean stories and chats have the last word.</summary>
    public static Func<Random, TextKind> Mix(double progress)
    {
        var novels = progress switch { < 0.20 => 0.30, < 0.7 => 0.10, _ => 0.05 };
        var echoes = progress switch { < 0.45 => 0.25, < 0.84 => 0.06, _ => 0 };
        var chats = (1 - novels - echoes) * (0.45 + (0.2 * progress));
        return random => random.NextDouble() switch
        {
            var x when x < novels => TextKind.Novel,
            var x when x < novels + echoes => TextKind.Echo,
            var x when x < novels + echoes + chats => TextKind.Chat,
            _ => TextKind.Story,
        };
    }
}
