namespace Baton.Training.Run;

/// <summary>
/// Everything that changes over a run, as a function of progress in [0, 1] (share of the time budget that is spent):
/// a run on a busy machine sees fewer tokens but still ends with a fully cooled learning rate.
/// </summary>
public static class Schedule
{
    private const double WarmUp = 0.02;

    public static double Rate(double progress)
    {
        var cosine = 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1)));
        return Math.Min(1, progress / WarmUp) * (0.02 + (0.98 * cosine)) + 1e-3;
    }

    public static (int Rows, int Length) Batch(double progress) => progress switch
    {
        < 0.45 => (16, 256),
        < 0.88 => (10, 512),
        _ => (3, 2048),
    };

    /// <summary>Old novels give breadth early on; clean stories and chats have the last word.</summary>
    public static Func<Random, TextKind> Mix(double progress)
    {
        var novels = progress switch { < 0.45 => 0.30, < 0.7 => 0.20, < 0.88 => 0.12, _ => 0.08 };
        var echoes = progress switch { < 0.4 => 0.10, < 0.6 => 0.03, _ => 0 };
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
