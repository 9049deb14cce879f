using MujocoSharp.Native;

namespace MujocoSharp;

/// <content>Contacts.</content>
public sealed unsafe partial class MjData
{
    /// <summary>Number of contacts found by the last step or forward computation.</summary>
    public int ContactCount
    {
        get
        {
            Check();
            return *contactCount;
        }
    }

    /// <summary>Number of rows of constraints in the last step or forward computation.</summary>
    public int ConstraintCount
    {
        get
        {
            Check();
            return fields.Int("nefc");
        }
    }

    /// <summary>Reads one contact.</summary>
    /// <param name="index">From 0 to <see cref="ContactCount"/> - 1.</param>
    public MjContact Contact(int index)
    {
        CheckContact(index);
        var layout = Model.Library.Layout;
        byte* contact = *(byte**)fields.Address("contact") + ((long)index * layout.Constant("sizeof.mjContact"));
        return new(
            *(int*)(contact + layout["contact.geom1"].Offset),
            *(int*)(contact + layout["contact.geom2"].Offset),
            *(int*)(contact + layout["contact.dim"].Offset),
            *(int*)(contact + layout["contact.efc_address"].Offset),
            new(contact + layout["contact.dist"].Offset, 1),
            new(contact + layout["contact.pos"].Offset, 3),
            new(contact + layout["contact.frame"].Offset, 9));
    }

    /// <summary>Computes the force of a contact, in the contact's frame.</summary>
    /// <param name="index">From 0 to <see cref="ContactCount"/> - 1.</param>
    /// <param name="force">Receives the force [N] and the torque [N m], together [6].</param>
    public void ContactForce(int index, Span<double> force)
    {
        CheckContact(index);
        MjModel.Length(force.Length, 6, nameof(force));
        fixed (double* result = force) Functions.mj_contactForce(model, data, index, result);
        GC.KeepAlive(this);
    }

    private void CheckContact(int index)
    {
        int count = ContactCount;
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"there are {count} contacts.");
    }
}
