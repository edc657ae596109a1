namespace Baton.Simulator.Workers;

/// <summary>A worker's way out for KV: one transfer after the other, in the order they were asked for.</summary>
/// <param name="agenda">The time.</param>
/// <param name="gbPerSecond">What it carries, in 10^9 bytes a second.</param>
internal sealed class Link(Agenda agenda, double gbPerSecond)
{
    private TimeSpan _freeAt;

    public void Send(long bytes, Action landed)
    {
        TimeSpan begin = agenda.Now > _freeAt ? agenda.Now : _freeAt;
        _freeAt = begin + TimeSpan.FromSeconds(bytes / (gbPerSecond * 1e9));
        agenda.At(_freeAt, landed);
    }
}
