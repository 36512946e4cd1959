print("softcord")
